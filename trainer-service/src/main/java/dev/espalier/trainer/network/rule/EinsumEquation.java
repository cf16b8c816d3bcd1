package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDList;
import dev.espalier.onnx.Node;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An equation such as {@code bij,bjk->bik}. The axes that an ellipsis stands for get the labels
 * {@code '0', '1', ...} from the last one on, so that they broadcast from the right.
 *
 * @param operands the left side's terms
 * @param result the right side; null where it is to be inferred
 */
record EinsumEquation(Node node, List<String> operands, String result) {
  private static final String ELLIPSIS = "...";

  /**
   * @throws dev.espalier.onnx.OnnxException where the equation is not well formed
   */
  static EinsumEquation of(Node node, String equation, int inputs) {
    String[] sides = equation.replace(" ", "").split("->", -1);
    List<String> operands = Stream.of(sides[0].split(",", -1)).toList();
    EinsumEquation parsed = new EinsumEquation(node, operands, sides.length > 1 ? sides[1] : null);
    boolean letters =
        Stream.of(sides)
            .flatMap(side -> Stream.of(side.split(",", -1)))
            .map(term -> term.replace(ELLIPSIS, ""))
            .allMatch(term -> term.chars().allMatch(Character::isLetter));
    if (sides.length > 2 || operands.size() != inputs || !letters) {
      throw Values.declined(
          node, "equation \"" + equation + "\" does not fit " + inputs + " inputs");
    }
    return parsed;
  }

  /** The labels of an operand's axes, one character an axis. */
  String labels(int operand, int rank) {
    String term = operands.get(operand);
    int named = term.replace(ELLIPSIS, "").length();
    if (named > rank || named < rank && !term.contains(ELLIPSIS)) {
      throw Values.declined(
          node, "term \"" + term + "\" does not fit an input of " + rank + " axes");
    }
    return term.replace(ELLIPSIS, ellipsis(rank - named));
  }

  /** The labels of the output's axes. */
  String output(NDList inputs) {
    int longest = 0;
    for (int i = 0; i < operands.size(); i++) {
      int named = operands.get(i).replace(ELLIPSIS, "").length();
      longest = Math.max(longest, Values.rank(inputs.get(i)) - named);
    }
    if (result != null) {
      return result.replace(ELLIPSIS, ellipsis(longest));
    }
    TreeMap<Character, Integer> counts = new TreeMap<>();
    for (String term : operands) {
      for (char label : term.replace(ELLIPSIS, "").toCharArray()) {
        counts.merge(label, 1, Integer::sum);
      }
    }
    StringBuilder once = new StringBuilder(ellipsis(longest));
    counts.forEach((label, count) -> once.append(count == 1 ? label.toString() : ""));
    return once.toString();
  }

  /** All labels of the output and of the operands from one on. */
  String needed(NDList inputs, int from) {
    StringBuilder needed = new StringBuilder(output(inputs));
    for (int i = from; i < operands.size(); i++) {
      needed.append(labels(i, Values.rank(inputs.get(i))));
    }
    return needed.toString();
  }

  private static String ellipsis(int axes) {
    StringBuilder labels = new StringBuilder();
    for (int i = axes - 1; i >= 0; i--) {
      labels.append((char) ('0' + i));
    }
    return labels.toString();
  }
}
