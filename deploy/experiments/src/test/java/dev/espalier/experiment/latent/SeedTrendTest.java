package dev.espalier.experiment.latent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.latent.SeedTrend.Direction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeedTrendTest {
  private static final double[] X = {8, 64, 256, 512};

  private static double[] power(double scale, double exponent) {
    double[] y = new double[X.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = scale * Math.pow(X[i], exponent);
    }
    return y;
  }

  private static Direction direction(SeedTrend trend) {
    return trend.direction(trend.p(), trend.leastP());
  }

  @Test
  void aFallIsExact() {
    SeedTrend trend = SeedTrend.of(X, List.of(power(3, -0.5), power(1, -0.5)));
    assertEquals(-1, trend.tau());
    // Of 24 * 24 orders the falling and the rising one are as far.
    assertEquals(2.0 / 576, trend.p(), 1e-12);
    assertEquals(trend.leastP(), trend.p());
    assertEquals(-0.5, trend.slope().mean(), 1e-12);
    assertEquals(Direction.FALLS, direction(trend));
  }

  @Test
  void aRiseIsNoFall() {
    SeedTrend trend = SeedTrend.of(X, List.of(power(3, 0.4), power(1, 0.5), power(2, 0.45)));
    assertEquals(Direction.RISES, direction(trend));
    assertEquals(Outcome.NOT_CONFIRMED, trend.falls(Direction.RISES));
  }

  @Test
  void onlyASlopeWithoutAFallInItsIntervalExcludesOne() {
    SeedTrend wide = SeedTrend.of(X, List.of(power(1, -0.4), power(1, 0.5), power(1, 0.1)));
    assertEquals(Direction.NONE, direction(wide));
    assertEquals(Outcome.OPEN, wide.falls(Direction.NONE));
    SeedTrend rising = SeedTrend.of(X, List.of(power(1, 0.4), power(1, 0.5), power(1, 0.45)));
    assertEquals(Outcome.NOT_CONFIRMED, rising.falls(Direction.NONE));
    assertEquals(Outcome.OPEN, rising.falls(Direction.UNTESTED));
  }

  @Test
  void theDistributionIsThatOfAllOrders() {
    // S = 6 - 2 * 2 = 2 in one seed: 24 orders have |S| = 6 (2), 4 (6), 2 (10), 0 (6).
    SeedTrend trend = SeedTrend.of(X, List.of(new double[] {2, 3, 4, 1.5}));
    assertEquals(0, trend.tau());
    assertEquals(1, trend.p(), 1e-12);
    trend = SeedTrend.of(X, List.of(new double[] {2, 3, 4, 2.5}));
    assertEquals(2.0 / 6, trend.tau(), 1e-12);
    assertEquals(18.0 / 24, trend.p(), 1e-12);
  }

  @Test
  void littleIsNotTested() {
    assertEquals(Direction.UNTESTED, direction(SeedTrend.of(X, List.of(power(1, -1)))));
    double[] two = {8, 64};
    List<double[]> seeds = List.of(new double[] {0.5, 0.1}, new double[] {0.5, 0.1});
    assertEquals(Direction.UNTESTED, direction(SeedTrend.of(two, seeds)));
  }

  /** Where the order is chance, few trends are seen. */
  @Test
  void chanceIsSeldomATrend() {
    Random random = new Random(8);
    int seen = 0;
    for (int sweep = 0; sweep < 400; sweep++) {
      List<double[]> seeds = new ArrayList<>();
      for (int s = 0; s < 5; s++) {
        List<Double> y = new ArrayList<>(List.of(1.0, 1.1, 1.2, 1.3));
        Collections.shuffle(y, random);
        seeds.add(y.stream().mapToDouble(Double::doubleValue).toArray());
      }
      seen += direction(SeedTrend.of(X, seeds)) == Direction.NONE ? 0 : 1;
    }
    assertEquals(0.03, seen / 400.0, 0.03);
  }
}
