package dev.espalier.pruner.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Traced;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
  /** Two groups: encoder.0 with 10 units of 4 + 1 + 10, encoder.2 with 10 units of 10 + 1 + 4. */
  private final OnnxModel model = Networks.autoencoder(4, 10, 10, 7);

  private final Traced traced = new Pruner().analyze(model);
  private final DependencyGraph graph = traced.graph();

  private PruningPlan plan(Allocation allocation, double share) {
    RemovalOrder order = RemovalOrder.of(traced, WeightScore.L2, allocation, Constraints.NONE);
    return new Planner(traced, order).parameters(new Target.Parameters(share)).plan();
  }

  @Test
  void uniformTakesTheSameShareOfEveryGroup() {
    PruningPlan plan = plan(Allocations.uniform(), 0.5);

    assertTrue(Math.abs(plan.removed()[0].length - plan.removed()[1].length) <= 1);
  }

  @Test
  void withinAGroupTheLowestScoresGo() {
    double[] scores = WeightScore.L2.scores(traced, 0);
    for (Allocation allocation :
        new Allocation[] {
          Allocations.uniform(),
          Allocations.global(),
          Allocations.byImportance(Map.of("encoder.0", 1.0, "encoder.2", 3.0))
        }) {
      int[] removed = plan(allocation, 0.4).removed()[0];

      int[] lowest =
          IntStream.of(Allocations.ascending(scores)).limit(removed.length).sorted().toArray();
      assertArrayEquals(lowest, removed);
    }
  }

  @Test
  void globalTakesTheLowestScoresRelativeToTheirGroup() {
    double[][] scores = {{4, 8, 12}, {1, 2, 9}};

    double[][] times = Allocations.global().times(graph, scores);

    assertArrayEquals(new double[] {0.5, 1, 1.5}, times[0]);
    assertArrayEquals(new double[] {0.25, 0.5, 2.25}, times[1]);
  }

  @Test
  void theLessImportantGroupLosesMore() {
    PruningPlan plan =
        plan(Allocations.byImportance(Map.of("encoder.0", 0.9, "encoder.2", 0.1)), 0.4);

    assertTrue(plan.removed()[0].length < plan.removed()[1].length);
  }

  @Test
  void weightsAreRootsOfImportanceWithinBounds() {
    assertArrayEquals(
        new double[] {0.5, 2},
        Allocations.weights(graph, Map.of("encoder.0", 16.0, "encoder.2", 1.0)),
        1e-12);
    assertArrayEquals(
        new double[] {0.25, 4},
        Allocations.weights(graph, Map.of("encoder.0", 1.0, "encoder.2", 0.0)));
    assertArrayEquals(
        new double[] {1, 1},
        Allocations.weights(graph, Map.of("encoder.0", 0.0, "encoder.2", 0.0)));
  }

  @Test
  void equalImportanceIsUniform() {
    double[][] scores = {{3, 1, 2, 4}, {1, 1, 1, 1, 1}};

    double[][] uniform = Allocations.uniform().times(graph, scores);
    double[][] equal =
        Allocations.byImportance(Map.of("encoder.0", 0.5, "encoder.2", 0.5)).times(graph, scores);

    assertArrayEquals(new double[] {0.75, 0.25, 0.5, 1}, uniform[0]);
    for (int g = 0; g < scores.length; g++) {
      assertArrayEquals(uniform[g], equal[g], 1e-12);
    }
  }

  @Test
  void importanceMustBeThereAndFinite() {
    for (double value : new double[] {Double.NaN, -1, Double.POSITIVE_INFINITY}) {
      Allocation allocation =
          Allocations.byImportance(Map.of("encoder.0", value, "encoder.2", 1.0));
      assertThrows(PlanException.class, () -> plan(allocation, 0.5));
    }
    assertThrows(
        PlanException.class, () -> plan(Allocations.byImportance(Map.of("encoder.0", 1.0)), 0.5));
  }

  @Test
  void oneUnitStaysInEveryGroup() {
    PlanException e = assertThrows(PlanException.class, () -> plan(Allocations.global(), 0.999));
    double most = Double.parseDouble(e.getMessage().replaceAll(".*at most ([0-9.]+) .*", "$1"));

    PruningPlan plan = plan(Allocations.global(), most);

    assertEquals(1, plan.kept(graph, 0));
    assertEquals(1, plan.kept(graph, 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -1, 2, Double.NaN, Double.NEGATIVE_INFINITY})
  void sharesLieBetweenZeroAndOne(double share) {
    assertThrows(IllegalArgumentException.class, () -> new Target.Parameters(share));
  }

  @Test
  void chosenUnitsAreChecked() {
    int[][][] bad = {
      {{0}}, {{10}, {}}, {{-1}, {}}, {{1, 1}, {}}, {IntStream.range(0, 10).toArray(), {}}
    };
    for (int[][] removed : bad) {
      assertThrows(PlanException.class, () -> PruningPlan.of(model, graph, removed));
    }
  }
}
