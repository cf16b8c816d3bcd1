package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.pruner.Cuts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EinsumRuleTest {
  @Test
  void equationsAreReadAsNumpyDoes() {
    Equation implicit = Equation.of("ba, ac", 2, 2);
    assertArrayEquals("bc".chars().toArray(), implicit.output());
    assertArrayEquals(new int[] {1}, implicit.summed(0));

    Equation dots = Equation.of("...ij,...jk->...ik", 4, 3);
    assertArrayEquals(new int[] {-2, -1, 'i', 'k'}, dots.output());
    assertArrayEquals(new int[] {-1, 'j', 'k'}, dots.operands().get(1));
    assertArrayEquals(new int[] {-1}, Equation.of("i...,i", 2, 1).output());

    assertThrows(IllegalArgumentException.class, () -> Equation.of("ij,jk", 2, 3));
    assertThrows(IllegalArgumentException.class, () -> Equation.of("ij", 2, 2));
    assertTrue(Equation.of("ii->i", 2).hasDiagonal());
  }

  /** Random products: each label may be in one operand or both, and in the output or not. */
  @Test
  void randomEquations() {
    long cuttable = 0;
    for (int seed = 0; seed < 120; seed++) {
      Draft draft = new Draft(seed);
      int[] lengths = draft.random.ints(4, 2, 5).toArray();
      String a = labels(draft, 0);
      String b = labels(draft, 1);
      boolean weight = draft.random.nextBoolean();
      String x = draft.input("x", -1, 3);
      String left = operand(draft, "a", x, a, lengths);
      String right =
          weight ? draft.weight("w", dims(b, lengths)) : operand(draft, "b", x, b, lengths);
      TreeSet<Character> all = new TreeSet<>();
      (a + b).chars().forEach(c -> all.add((char) c));
      List<Character> kept = new ArrayList<>(all);
      kept.removeIf(c -> draft.random.nextInt(3) == 0);
      StringBuilder out = new StringBuilder();
      kept.forEach(out::append);
      boolean dots = draft.random.nextBoolean();
      String batch = dots ? "..." : "z";
      String equation = batch + a + "," + (weight ? "" : batch) + b + "->" + batch + out;
      String product = draft.op("Einsum", List.of(left, right), Map.of("equation", equation));
      String flat = draft.op("Flatten", List.of(product));
      int width = 1;
      for (int dim : dims(out.toString(), lengths)) {
        width *= dim;
      }
      Found found = Found.in(draft.output(draft.dense("out", flat, width, 2), -1, 2).build());
      try {
        Cuts.random(found.traced(), seed);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + equation, e);
      }
      cuttable += found.cuttable();
    }
    assertTrue(cuttable > 120, cuttable + " groups");
  }

  /** Two or three of the labels, in any order. */
  private static String labels(Draft draft, int salt) {
    String order = "ijkl";
    StringBuilder labels = new StringBuilder();
    while (labels.length() < 2 + salt % 2) {
      char c = order.charAt(draft.random.nextInt(4));
      if (labels.indexOf(String.valueOf(c)) < 0) {
        labels.append(c);
      }
    }
    return labels.toString();
  }

  private static int[] dims(String labels, int[] lengths) {
    return labels.chars().map(c -> lengths["ijkl".indexOf(c)]).toArray();
  }

  private static String operand(Draft draft, String scope, String x, String labels, int[] lengths) {
    int[] dims = dims(labels, lengths);
    long[] target = new long[dims.length + 1];
    target[0] = -1;
    int width = 1;
    for (int i = 0; i < dims.length; i++) {
      target[i + 1] = dims[i];
      width *= dims[i];
    }
    return draft.reshape(draft.dense(scope, x, 3, width), target);
  }

  @Test
  void oneOperandIsSummedAndTurned() {
    Draft draft = new Draft(2);
    String a = draft.dense("a", draft.input("x", -1, 4, 3), 3, 5);
    String turned = draft.op("Einsum", List.of(a), Map.of("equation", "btc->cb"));
    String y = draft.op("MatMul", List.of(draft.weight("b", 2, 5), turned));

    Found found = Found.in(draft.output(y, 2, -1).build()).holds(5);

    found.has(5, "a.weight[1]", "b[1]");
  }

  @Test
  void diagonalsAndThreeOperandsAreDeclined() {
    Draft draft = new Draft(2);
    String a = draft.dense("a", draft.input("x", -1, 4, 3), 3, 4);
    String y = draft.op("Einsum", List.of(a), Map.of("equation", "btt->bt"));

    Found found = Found.in(draft.output(y, -1, 4).build());

    assertEquals(List.of(), found.groups("a.weight", 1));
  }

  @Test
  void operationsAreCounted() {
    Draft draft = new Draft(2);
    String x = draft.input("x", 2, 3);
    String y = draft.op("Einsum", List.of(x, draft.weight("w", 3, 7)), Map.of("equation", "bi,io"));

    assertEquals(2 * 3 * 7, Found.in(draft.output(y, 2, 7).build()).traced().graph().macs());
  }
}
