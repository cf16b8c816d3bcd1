package dev.espalier.experiment.statistics;

/**
 * Whether one quantity rises or falls with another, by Kendall's rank correlation; no shape of the
 * curve is assumed.
 *
 * @param tau Kendall's tau-b, from −1 to 1; 0 where either quantity does not vary
 * @param p two-sided, of no association. Exact over all orders up to 8 points, ties included; by
 *     the normal approximation with its variance corrected for ties (Kendall 1970) beyond. 1 where
 *     either does not vary
 * @param count of points
 */
public record Trend(double tau, double p, int count) {
  /**
   * The trend of y over x.
   *
   * @param x finite, at least one, in any order; values may repeat, as those of many seeds do
   * @param y as many
   * @throws IllegalArgumentException for samples of different lengths, empty or not finite
   */
  public static Trend of(double[] x, double[] y) {
    Samples.checkPairs(x, y);
    Samples.check("x", x);
    Samples.check("y", y);
    Kendall kendall = new Kendall(x, y);
    return new Trend(kendall.tau(), kendall.p(), x.length);
  }
}
