package dev.espalier.importance.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricTest {
  private static final double[] ZEROS = {0, 0};

  private static GroupEvidence batch(double[] absolute, double[] squared) {
    return new GroupEvidence(absolute, squared, new double[] {1, 1}, new long[] {1, 1});
  }

  @Test
  void averageIsCorrectedForItsStartAtZero() {
    Ema ema = new Ema(0.5, ZEROS.clone(), 0);
    assertArrayEquals(ZEROS, ema.corrected());

    ema.add(new double[] {4, 0});
    assertArrayEquals(new double[] {4, 0}, ema.corrected());
    assertEquals(2, ema.uncorrected(0));

    ema.add(new double[] {1, 3});
    assertArrayEquals(new double[] {1.5 / 0.75, 1.5 / 0.75}, ema.corrected());
  }

  @Test
  void averageWithoutMemoryIsTheNewestValue() {
    Ema ema = new Ema(0, ZEROS.clone(), 0);
    ema.add(new double[] {4, 1});
    ema.add(new double[] {7, 2});
    assertArrayEquals(new double[] {7, 2}, ema.corrected());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void averageRefusesAFactorOutsideItsRange(double factor) {
    var failure =
        assertThrows(IllegalArgumentException.class, () -> new Ema(factor, ZEROS.clone(), 0));
    assertEquals("ema_factor = " + factor + ": must be in [0, 1)", failure.getMessage());
  }

  @Test
  void gradientAndFisherSmoothTheirOwnColumn() {
    Metric gradient = new GradientAccumulation(new Ema(0.5, ZEROS.clone(), 0));
    Metric fisher = new FisherInformation(new Ema(0.5, ZEROS.clone(), 0));
    GroupEvidence batch = batch(new double[] {2, 4}, new double[] {8, 32});

    gradient.add(batch);
    fisher.add(batch);

    assertArrayEquals(new double[] {2, 4}, gradient.scores());
    assertArrayEquals(new double[] {8, 32}, fisher.scores());
  }

  @Test
  void posteriorGathersTheVarianceOfTheGradient() {
    BayesianUncertainty bayesian =
        BayesianUncertainty.fresh(2, 0.25, 2, 1, new Ema(0, ZEROS.clone(), 0));
    assertEquals(0, bayesian.spread(0), "no spread at alpha 2");

    bayesian.add(batch(new double[] {1, 1}, new double[] {4, 0}));

    assertEquals(2.25, bayesian.alpha(0));
    assertEquals(2, bayesian.beta(0));
    assertEquals(1, bayesian.beta(1));
    assertEquals(2 / 1.25, bayesian.mean(0));
    assertEquals(2 / 1.25 / 0.5, bayesian.spread(0));
    assertArrayEquals(new double[] {2 / 1.25, 1 / 1.25}, bayesian.scores());

    bayesian.add(batch(new double[] {1, 1}, new double[] {0, 0}));
    assertArrayEquals(new double[] {2 / 1.5, 1 / 1.5}, bayesian.scores());
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1e-300, 1e101})
  void evidenceNamesColumnAndValueOutOfRange(double bad) {
    var failure =
        assertThrows(
            IllegalArgumentException.class,
            () -> batch(new double[] {1, 1}, new double[] {1, bad}));
    assertTrue(failure.getMessage().startsWith("mean_squared_gradient[1] = " + bad + ": must be"));
  }

  @Test
  void evidenceNamesAColumnOfOtherLength() {
    var failure =
        assertThrows(
            IllegalArgumentException.class,
            () -> batch(new double[] {1, 1, 1}, new double[] {1, 1}));
    assertEquals(
        "mean_absolute_gradient has 3 values: must have 2, one a group", failure.getMessage());
  }

  @Test
  void evidenceNamesACountOfNothing() {
    var failure =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new GroupEvidence(
                    new double[] {1}, new double[] {1}, new double[] {1}, new long[] {0}));
    assertEquals("count[0] = 0: must be at least 1", failure.getMessage());
  }
}
