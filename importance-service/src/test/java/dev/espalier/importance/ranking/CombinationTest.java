package dev.espalier.importance.ranking;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CombinationTest {
  private static final double CLOSE = 1e-12;
  private static final double[] EQUAL = {1, 1, 1};
  private static final double[][] SCORES = {{1, 3}, {1, 1}, {9, 1}};

  @Test
  void sharesAreAveragedByWeight() {
    assertArrayEquals(
        new double[] {(0.25 + 0.5 + 0.9) / 3, (0.75 + 0.5 + 0.1) / 3},
        Combination.SHARES.combine(SCORES, EQUAL),
        CLOSE);
    assertArrayEquals(
        new double[] {(0.25 + 3 * 0.9) / 4, (0.75 + 3 * 0.1) / 4},
        Combination.SHARES.combine(SCORES, new double[] {1, 0, 3}),
        CLOSE);
  }

  @Test
  void ranksCountPlacesAndTiesShareTheirs() {
    assertArrayEquals(
        new double[] {(1 + 1.5 + 2) / 9, (2 + 1.5 + 1) / 9},
        Combination.RANKS.combine(SCORES, EQUAL),
        CLOSE);
    assertArrayEquals(
        new double[] {2.5, 1, 4, 2.5}, Combination.points(new double[] {5, 2, 7, 5}), CLOSE);
  }

  @Test
  void singleMetricsAreTheirShares() {
    assertArrayEquals(
        new double[] {0.25, 0.75}, Combination.GRADIENT_ACCUMULATION.combine(SCORES, EQUAL));
    assertArrayEquals(
        new double[] {0.5, 0.5}, Combination.FISHER_INFORMATION.combine(SCORES, EQUAL));
    assertArrayEquals(
        new double[] {0.9, 0.1}, Combination.BAYESIAN_UNCERTAINTY.combine(SCORES, EQUAL));
  }

  @ParameterizedTest
  @EnumSource
  void importanceIsAShareAndEqualWhereNothingIsKnown(Combination combination) {
    double[] nothing = combination.combine(new double[3][4], EQUAL);
    assertArrayEquals(new double[] {0.25, 0.25, 0.25, 0.25}, nothing, CLOSE);
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int groups = random.nextInt(1, 30);
      double[][] scores = new double[3][groups];
      for (double[] metric : scores) {
        Arrays.setAll(metric, i -> random.nextInt(4) * StrictMath.pow(10, random.nextInt(-30, 30)));
      }
      double[] weights = {random.nextDouble(), random.nextDouble(), random.nextDouble(0.1, 1)};
      double[] importance = combination.combine(scores, weights);
      assertEquals(1, Arrays.stream(importance).sum(), 1e-9, "seed " + seed);
      assertEquals(0, Arrays.stream(importance).filter(x -> !(x >= 0)).count(), "seed " + seed);
    }
  }

  @Test
  void tiesBreakByGroupId() {
    Ranking ranking = Ranking.of(new double[] {0.2, 0.4, 0.2, 0.2}, List.of("c", "d", "a", "b"));
    assertArrayEquals(new int[] {1, 2, 3, 0}, ranking.order());
    assertArrayEquals(new int[] {4, 1, 2, 3}, ranking.rank());
  }

  @Test
  void rankingNeedsAnIdAGroup() {
    assertThrows(IllegalArgumentException.class, () -> Ranking.of(new double[2], List.of("a")));
  }
}
