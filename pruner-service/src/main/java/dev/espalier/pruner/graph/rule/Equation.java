package dev.espalier.pruner.graph.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What an Einsum says: a label for each axis of each operand and of the output. The axes of an
 * ellipsis are labelled by negative numbers, -1 for the last.
 *
 * @param operands labels by operand
 * @param output labels of the output
 */
record Equation(List<int[]> operands, int[] output) {
  private static final String ELLIPSIS = "...";

  /**
   * @param ranks how many axes each operand has
   * @throws IllegalArgumentException where the equation does not fit them
   */
  static Equation of(String text, int... ranks) {
    String[] sides = text.replace(" ", "").split("->", -1);
    String[] terms = sides[0].split(",", -1);
    if (sides.length > 2 || terms.length != ranks.length) {
      throw new IllegalArgumentException("equation " + text + " of " + ranks.length + " operands");
    }
    List<int[]> operands = new ArrayList<>();
    int widest = 0;
    for (int i = 0; i < terms.length; i++) {
      int dots = ranks[i] - terms[i].replace(ELLIPSIS, "").length();
      operands.add(labels(terms[i], dots));
      widest = Math.max(widest, dots);
    }
    return new Equation(
        operands, sides.length == 2 ? labels(sides[1], widest) : implicit(sides[0], widest));
  }

  private static int[] labels(String term, int dots) {
    int at = term.indexOf(ELLIPSIS);
    if (dots < 0 || at < 0 && dots > 0) {
      throw new IllegalArgumentException("\"" + term + "\" does not name every axis");
    }
    if (at < 0) {
      return term.chars().toArray();
    }
    return IntStream.concat(
            IntStream.concat(term.substring(0, at).chars(), dots(dots)),
            term.substring(at + ELLIPSIS.length()).chars())
        .toArray();
  }

  private static IntStream dots(int count) {
    return IntStream.rangeClosed(-count, -1);
  }

  /** Without an output the ellipsis comes first, then in order what is there once. */
  private static int[] implicit(String terms, int dots) {
    TreeMap<Integer, Integer> count = new TreeMap<>();
    terms.chars().filter(Character::isLetter).forEach(c -> count.merge(c, 1, Integer::sum));
    count.values().removeIf(n -> n > 1);
    return IntStream.concat(dots(dots), count.keySet().stream().mapToInt(Integer::intValue))
        .toArray();
  }

  /** True where one operand or the output has a label twice. */
  boolean hasDiagonal() {
    return operands.stream().anyMatch(Equation::repeats) || repeats(output);
  }

  private static boolean repeats(int[] labels) {
    return Arrays.stream(labels).distinct().count() < labels.length;
  }

  /** The axes of an operand that are summed over. */
  int[] summed(int operand) {
    int[] labels = operands.get(operand);
    return IntStream.range(0, labels.length).filter(axis -> !has(output, labels[axis])).toArray();
  }

  /** True where the output and all operands have a label. */
  boolean everywhere(int label) {
    return has(output, label) && operands.stream().allMatch(labels -> has(labels, label));
  }

  private static boolean has(int[] labels, int label) {
    return Arrays.stream(labels).anyMatch(l -> l == label);
  }
}
