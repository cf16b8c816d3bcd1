package dev.espalier.trainer.penalty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.trainer.summary.GroupSlices;
import dev.espalier.trainer.summary.GroupSlices.Slice;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.summary.TensorShape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class L1PenaltyTest {
  private static final Membership MEMBERSHIP =
      new Membership(
          List.of(new TensorShape("w", new int[] {2, 2})),
          List.of(
              new GroupSlices("rows", List.of(new Slice("w", 0, new int[] {0}))),
              new GroupSlices("columns", List.of(new Slice("w", 1, new int[] {0})))));

  @Test
  void elementInTwoGroupsTakesBothCoefficientsAndZeroStays() {
    L1Penalty penalty =
        L1Penalty.of(new Coefficients(3, Map.of("rows", 0.5, "columns", 0.25), 2), MEMBERSHIP);
    float[] value = {-1, 7, 0, 3};
    float[] gradient = {10, 10, 10, 10};

    double sum = addAll(penalty, gradient, value);

    assertEquals(10 - 1.5f, gradient[0], "in both groups, negative");
    assertEquals(10 + 1f, gradient[1], "in rows");
    assertEquals(10f, gradient[2], "in columns, but zero");
    assertEquals(10f, gradient[3], "in none");
    assertEquals(2.5, sum, "what was added, in absolute value");
  }

  @Test
  void groupWithoutCoefficientIsNotPenalised() {
    L1Penalty penalty = L1Penalty.of(new Coefficients(0, Map.of("columns", 1.0), 1), MEMBERSHIP);
    float[] gradient = new float[4];

    addAll(penalty, gradient, new float[] {1, 1, 1, 1});

    assertEquals(0f, gradient[1]);
    assertEquals(1f, gradient[2]);
  }

  @Test
  void badCoefficientsAreNamed() {
    assertBad("epoch = -1", () -> new Coefficients(-1, Map.of(), 0));
    assertBad("lambda_weight = NaN", () -> new Coefficients(0, Map.of(), Double.NaN));
    assertBad("lambda_weight = 1.0E31", () -> new Coefficients(0, Map.of(), 1e31));
    assertBad("\"rows\" = 1.5", () -> new Coefficients(0, Map.of("rows", 1.5), 0));
    assertBad("\"rows\" = -0.1", () -> new Coefficients(0, Map.of("rows", -0.1), 0));
  }

  private static void assertBad(String problem, org.junit.jupiter.api.function.Executable make) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, make);
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }

  private static double addAll(L1Penalty penalty, float[] gradient, float[] value) {
    double sum = 0;
    int from = 0;
    var runs = MEMBERSHIP.tensors().getFirst().runs();
    while (from < value.length) {
      sum += penalty.add(runs.cell(), gradient, value, from, runs.end());
      from = runs.end();
      runs.next();
    }
    return sum;
  }
}
