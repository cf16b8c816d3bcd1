package dev.espalier.pruner.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.message.GraphMessages;
import dev.espalier.pruner.plan.PlanException;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.StartPruningRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OrdersTest {
  private final Traced traced = new Pruner().analyze(Networks.autoencoder(4, 3, 4, 3), Map.of());
  private final String group = traced.graph().groups().getFirst().id();
  private final List<UnitEvidence> units =
      List.of(
          UnitEvidence.newBuilder()
              .setGroupId(group)
              .addGradient(1)
              .addGradient(2)
              .addFisher(4)
              .addFisher(5)
              .addTaylor(7)
              .addTaylor(8)
              .build(),
          UnitEvidence.newBuilder()
              .setGroupId(group)
              .addGradient(3)
              .addFisher(6)
              .addTaylor(9)
              .build());

  private static StartPruningRequest order(ChannelScore score) {
    return StartPruningRequest.newBuilder().setRunId("r").setChannelScore(score).build();
  }

  private double[] scores(ChannelScore score) {
    return Orders.score(order(score), units, Optional.empty()).scores(traced, 0);
  }

  @Test
  void whatARunRecordedIsAScoreStretchAfterStretch() {
    assertEquals(3, traced.graph().groups().getFirst().units());
    assertArrayEquals(new double[] {1, 2, 3}, scores(ChannelScore.CHANNEL_SCORE_GRADIENT));
    assertArrayEquals(new double[] {4, 5, 6}, scores(ChannelScore.CHANNEL_SCORE_FISHER));
    assertArrayEquals(new double[] {7, 8, 9}, scores(ChannelScore.CHANNEL_SCORE_TAYLOR));
  }

  /** A cut may have been made and not used, or its graph have been lost: the ranking knows. */
  @Test
  void theRankingDecidesWhereTheGraphDoesNotFit() {
    OnnxModel smaller = Networks.autoencoder(4, 2, 4, 3);
    Traced small = new Pruner().analyze(smaller, Map.of());
    DependencyGraph large = GraphMessages.of(traced.graph(), "r", "", "m");
    DependencyGraph own = GraphMessages.of(small.graph(), "r", "", "m");
    assertEquals(small.graph(), Orders.aligned(small, own, Optional.empty()).graph());
    String message =
        assertThrows(OnnxException.class, () -> Orders.aligned(small, large, Optional.empty()))
            .getMessage();
    assertTrue(message.contains("group \"encoder.0\""), message);
    assertEquals(
        small, Orders.aligned(small, large, Optional.of(ranking(small))), "its ids are the run's");
    assertThrows(
        OnnxException.class, () -> Orders.aligned(small, large, Optional.of(ranking(traced))));
  }

  /**
   * Of a model with one group: its indices lie inside the larger one, where they count the same.
   */
  @Test
  void theGraphOfACutThatWasNotUsedIsNotThatOfTheModel() {
    Traced small = new Pruner().analyze(Networks.autoencoder(4, 2, 4, 3), Map.of());
    DependencyGraph unused =
        GraphMessages.of(small.graph(), small.graph().groups().subList(0, 1), "r", "", "m");
    String message =
        assertThrows(OnnxException.class, () -> Orders.aligned(traced, unused, Optional.empty()))
            .getMessage();
    assertEquals(
        "parameters: the model is not that of the run's dependency graph: it has 51, not 42",
        message);
    assertEquals(traced, Orders.aligned(traced, unused, Optional.of(ranking(traced))));
  }

  private static Ranking ranking(Traced of) {
    Ranking.Builder ranking = Ranking.newBuilder();
    of.graph()
        .groups()
        .forEach(
            g ->
                ranking.addGroups(
                    GroupImportance.newBuilder().setGroupId(g.id()).setParameters(g.parameters())));
    return ranking.build();
  }

  @Test
  void aGroupWithoutRecordsIsNamed() {
    var score = Orders.score(order(ChannelScore.CHANNEL_SCORE_FISHER), List.of(), Optional.empty());
    String message = assertThrows(PlanException.class, () -> score.scores(traced, 0)).getMessage();
    assertTrue(message.contains("the run recorded nothing of group \"" + group + "\""), message);
  }

  @Test
  void onlyScoresThatARunRecordsNeedItsUnits() {
    assertTrue(Orders.needsUnits(order(ChannelScore.CHANNEL_SCORE_GRADIENT)));
    assertTrue(Orders.needsUnits(order(ChannelScore.CHANNEL_SCORE_TAYLOR)));
    assertFalse(
        Orders.needsUnits(
            order(ChannelScore.CHANNEL_SCORE_TAYLOR).toBuilder().setCalibration("c.npz").build()));
    assertFalse(Orders.needsUnits(order(ChannelScore.CHANNEL_SCORE_L2)));
  }
}
