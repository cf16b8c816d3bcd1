package dev.espalier.experiment.latent;

import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.statistics.Interval;
import java.util.Arrays;
import java.util.List;

/**
 * Whether a number falls or rises along an axis, over repetitions. The test is the seasonal Kendall
 * test (Hirsch, Slack and Smith 1982, Water Resources Research 18) with seeds as seasons: Kendall's
 * S within each seed, summed, against the exact distribution of the sum where within a seed every
 * order is as likely as any other. Values of different seeds are never compared.
 *
 * @param tau mean over seeds of S over the number of pairs, in [-1, 1]
 * @param p two-sided, exact where there are no ties, else too large
 * @param leastP the least that p can be with as many seeds and values
 * @param slope of log y on log x by least squares, over seeds: y goes with x to this power
 */
record SeedTrend(double tau, double p, double leastP, Interval slope) {
  /** Where a test begins to say something. */
  static final double LEVEL = 0.05;

  /** What a trend does. */
  enum Direction {
    FALLS,
    RISES,
    /** Neither is seen, though it could have been. */
    NONE,
    /** Too few seeds and values for any test to tell. */
    UNTESTED
  }

  /**
   * @param x rising, above 0, at least 2
   * @param seeds of each seed the y of each x, above 0
   */
  static SeedTrend of(double[] x, List<double[]> seeds) {
    int pairs = x.length * (x.length - 1) / 2;
    double[] distribution = {1};
    double[] slopes = new double[seeds.size()];
    int sum = 0;
    for (int s = 0; s < slopes.length; s++) {
      double[] y = seeds.get(s);
      sum += kendallS(y);
      slopes[s] = slope(x, y);
      distribution = convolved(distribution, inversions(x.length));
    }
    int all = pairs * seeds.size();
    return new SeedTrend(
        (double) sum / all,
        twoSided(distribution, all, Math.abs(sum)),
        twoSided(distribution, all, all),
        Interval.of(slopes));
  }

  /**
   * @param adjusted p, adjusted for the number of tests
   * @param least the least p of its kind, adjusted in the same way
   */
  Direction direction(double adjusted, double least) {
    if (least > LEVEL || slope.count() < 2) {
      return Direction.UNTESTED;
    }
    if (adjusted > LEVEL) {
      return Direction.NONE;
    }
    return tau < 0 && slope.high() < 0
        ? Direction.FALLS
        : tau > 0 && slope.low() > 0 ? Direction.RISES : Direction.NONE;
  }

  /**
   * What becomes of the claim that it falls: that no trend is seen excludes no fall, an interval of
   * the slope without one does.
   *
   * @param direction of {@link #direction}
   */
  Outcome falls(Direction direction) {
    return switch (direction) {
      case FALLS -> Outcome.CONFIRMED;
      case UNTESTED -> Outcome.OPEN;
      case RISES, NONE -> slope.low() >= 0 ? Outcome.NOT_CONFIRMED : Outcome.OPEN;
    };
  }

  private static int kendallS(double[] y) {
    int s = 0;
    for (int i = 0; i < y.length; i++) {
      for (int j = i + 1; j < y.length; j++) {
        s += Double.compare(y[j], y[i]);
      }
    }
    return s;
  }

  /** How likely each number of inversions is in a random order of n. */
  private static double[] inversions(int n) {
    double[] distribution = {1};
    for (int k = 2; k <= n; k++) {
      double[] even = new double[k];
      Arrays.fill(even, 1.0 / k);
      distribution = convolved(distribution, even);
    }
    return distribution;
  }

  private static double[] convolved(double[] a, double[] b) {
    double[] sum = new double[a.length + b.length - 1];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        sum[i + j] += a[i] * b[j];
      }
    }
    return sum;
  }

  /** Probability of |S| at least so large, where S = all - 2 * inversions. */
  private static double twoSided(double[] inversions, int all, int least) {
    double p = 0;
    for (int i = 0; i < inversions.length; i++) {
      p += Math.abs(all - 2 * i) >= least ? inversions[i] : 0;
    }
    return Math.min(1, p);
  }

  private static double slope(double[] x, double[] y) {
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < x.length; i++) {
      meanX += Math.log(x[i]) / x.length;
      meanY += Math.log(y[i]) / x.length;
    }
    double xy = 0;
    double xx = 0;
    for (int i = 0; i < x.length; i++) {
      double dx = Math.log(x[i]) - meanX;
      xy += dx * (Math.log(y[i]) - meanY);
      xx += dx * dx;
    }
    return xy / xx;
  }
}
