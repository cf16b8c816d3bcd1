package dev.espalier.experiment.sanity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ScoresTest {
  @Test
  void variationIsTheDeviationOverTheMean() {
    // Mean 2, deviation 1.
    assertEquals(0.5, new Scores(new double[][] {{1, 3}}).overGroups(0), 1e-12);
    assertEquals(0, new Scores(new double[][] {{0, 0}}).overGroups(0), 0);
  }

  @Test
  void variationOverEpochsIsThatOfTheMedianGroup() {
    Scores scores = new Scores(new double[][] {{1, 5, 1}, {3, 5, 1}});
    // 0.5, 0 and 0.
    assertEquals(0, scores.overEpochs(), 1e-12);
    assertEquals(0.25, new Scores(new double[][] {{1, 5}, {3, 5}}).overEpochs(), 1e-12);
  }

  @Test
  void oneTurnIsNoOscillation() {
    Scores once = new Scores(new double[][] {{1, 2, 3}, {3, 2, 1}, {3, 2, 1}, {3, 2, 1}});
    assertEquals(-1, once.tau(1).getAsDouble(), 1e-12);
    assertEquals(1, once.turned().getAsDouble(), 1e-12);
    Scores twice = new Scores(new double[][] {{1, 2, 3}, {3, 2, 1}, {1, 2, 3}});
    assertEquals(-1, twice.turned().getAsDouble(), 1e-12);
  }

  @Test
  void nothingTurnsWhereNoOrderIsKnown() {
    assertTrue(new Scores(new double[][] {{1, 1, 1}, {1, 2, 3}, {3, 2, 1}}).turned().isEmpty());
    assertTrue(new Scores(new double[][] {{1, 2, 3}, {3, 2, 1}}).turned().isEmpty());
  }
}
