package dev.espalier.importance.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;

class PosteriorIntervalTest {
  private static final double[] POWER = {0.5, 1, 1};
  private static final int DRAWS = 4000;

  private record Case(double[][] scores, double[] weights, double[] alpha) {}

  private static Case random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int groups = random.nextInt(2, 9);
    double shape = random.nextDouble(15, 60);
    double[] alpha = new double[groups];
    Arrays.fill(alpha, shape);
    double[][] scores = new double[3][groups];
    for (double[] metric : scores) {
      Arrays.setAll(metric, g -> random.nextDouble(0.1, 2));
    }
    double[] weights = {random.nextDouble(), random.nextDouble(), random.nextDouble(0.1, 1)};
    return new Case(scores, weights, alpha);
  }

  /** Importance under draws of all variances, each relative to the posterior's middle. */
  private static double[][] draws(Case c, long seed) {
    GammaDistribution precision =
        new GammaDistribution(new Well19937c(seed), c.alpha()[0], 1 / c.alpha()[0]);
    double[][] draws = new double[DRAWS][];
    for (int d = 0; d < DRAWS; d++) {
      double[][] drawn = new double[3][c.alpha().length];
      for (int g = 0; g < c.alpha().length; g++) {
        double variance = 1 / precision.sample();
        for (int m = 0; m < 3; m++) {
          drawn[m][g] = c.scores()[m][g] * Math.pow(variance, POWER[m]);
        }
      }
      draws[d] = Combination.SHARES.combine(drawn, c.weights());
    }
    return draws;
  }

  @Test
  void intervalHoldsTheShareOfThePosteriorThatItClaims() {
    for (long seed = 0; seed < 10; seed++) {
      Case c = random(seed);
      PosteriorInterval interval = new PosteriorInterval(c.scores(), c.weights(), c.alpha());
      double[][] draws = draws(c, seed);
      for (int group = 0; group < c.alpha().length; group++) {
        int g = group;
        double low = interval.low(g);
        double high = interval.high(g);
        double inside =
            Arrays.stream(draws).filter(d -> d[g] >= low && d[g] <= high).count() / (double) DRAWS;
        String why = "seed " + seed + " group " + g + ": " + inside;
        assertTrue(inside > 0.92 && inside < 0.98, why);
      }
    }
  }

  @Test
  void groupsAreTiedWhereTheirDifferenceMayBeNothing() {
    for (long seed = 0; seed < 20; seed++) {
      Case c = random(seed);
      PosteriorInterval interval = new PosteriorInterval(c.scores(), c.weights(), c.alpha());
      double[] importance = Combination.SHARES.combine(c.scores(), c.weights());
      double difference = importance[0] - importance[1];
      double[] drawn = Arrays.stream(draws(c, seed)).mapToDouble(d -> d[0] - d[1]).toArray();
      double mean = Arrays.stream(drawn).average().orElseThrow();
      double variance = Arrays.stream(drawn).map(x -> (x - mean) * (x - mean)).sum() / DRAWS;
      double deviations = Math.abs(difference) / Math.sqrt(variance);
      if (Math.abs(deviations - PosteriorInterval.Z) > 0.3) {
        assertEquals(deviations < PosteriorInterval.Z, interval.areTied(0, 1), "seed " + seed);
      }
      assertEquals(interval.areTied(0, 1), interval.areTied(1, 0), "seed " + seed);
      assertTrue(interval.areTied(0, 0));
    }
  }

  @Test
  void intervalNarrowsAsBatchesComeAndNeverLeavesItsRange() {
    double[][] scores = {{1, 2}, {1, 2}, {1, 2}};
    double[] equal = {1, 1, 1};
    PosteriorInterval early = new PosteriorInterval(scores, equal, new double[] {2, 2});
    PosteriorInterval late = new PosteriorInterval(scores, equal, new double[] {500, 500});
    assertTrue(early.low(0) > 0 && early.high(1) <= 1);
    assertTrue(early.low(0) < late.low(0) && late.high(0) < early.high(0));
    assertTrue(early.areTied(0, 1));
    assertFalse(late.areTied(0, 1));
    PosteriorInterval dead =
        new PosteriorInterval(new double[][] {{0, 1}, {0, 1}, {0, 1}}, equal, new double[] {9, 9});
    assertEquals(0, dead.low(0));
    assertEquals(0, dead.high(0));
  }
}
