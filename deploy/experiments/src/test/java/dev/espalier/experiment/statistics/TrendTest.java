package dev.espalier.experiment.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.apache.commons.math3.stat.correlation.KendallsCorrelation;
import org.junit.jupiter.api.Test;

class TrendTest {
  @Test
  void tunaOfHollanderAndWolfe() {
    // R's example of cor.test: tau = 0.4444; SciPy: asymptotic p = 0.0952928.
    Trend trend =
        Trend.of(
            new double[] {44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1},
            new double[] {2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8});
    assertEquals(4.0 / 9, trend.tau(), 1e-12);
    assertEquals(0.0952928380, trend.p(), 1e-8);
    assertEquals(9, trend.count());
  }

  @Test
  void threeSeedsAtEachOfFiveSettings() {
    // SciPy: kendalltau(x, y, method="asymptotic")
    Trend trend =
        Trend.of(
            new double[] {2, 2, 2, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32},
            new double[] {.9, .8, .85, .8, .7, .75, .6, .7, .5, .5, .4, .45, .3, .2, .45});
    assertEquals(-0.8810434857, trend.tau(), 1e-9);
    assertEquals(1.93444268e-5, trend.p(), 1e-11);
  }

  @Test
  void sixPointsExactly() {
    Trend trend = Trend.of(new double[] {1, 2, 3, 4, 5, 6}, new double[] {6, 5, 3, 4, 2, 1});
    assertEquals(-13.0 / 15, trend.tau(), 1e-12);
    assertEquals(1.0 / 60, trend.p(), 1e-12);
  }

  @Test
  void fewPointsWithTiesAreCountedOverAllOrders() {
    Trend trend = Trend.of(new double[] {1, 1, 2}, new double[] {1, 2, 2});
    assertEquals(0.5, trend.tau(), 1e-12);
    // Orders (1, 2, 2) and (2, 1, 2) score 1, (2, 2, 1) scores -2: all at least as far from 0.
    assertEquals(1, trend.p(), 1e-12);
    Trend down = Trend.of(new double[] {1, 1, 2}, new double[] {2, 2, 1});
    assertEquals(1.0 / 3, down.p(), 1e-12);
  }

  @Test
  void tauIsThatOfCommonsMath() {
    Random random = new Random(5);
    for (int trial = 0; trial < 20; trial++) {
      double[] x = random.ints(12, 0, 5).asDoubleStream().toArray();
      double[] y = random.ints(12, 0, 9).asDoubleStream().toArray();
      assertEquals(new KendallsCorrelation().correlation(x, y), Trend.of(x, y).tau(), 1e-12);
    }
  }

  @Test
  void nothingIsSaidOfWhatDoesNotVary() {
    assertEquals(new Trend(0, 1, 3), Trend.of(new double[] {1, 2, 3}, new double[] {4, 4, 4}));
    assertEquals(new Trend(0, 1, 1), Trend.of(new double[] {1}, new double[] {4}));
    assertEquals(1, Trend.of(new double[] {1, 2}, new double[] {4, 5}).p());
  }

  @Test
  void pointsMustBeWhole() {
    assertThrows(
        IllegalArgumentException.class, () -> Trend.of(new double[] {1, 2}, new double[] {1}));
  }
}
