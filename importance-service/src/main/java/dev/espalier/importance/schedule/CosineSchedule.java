package dev.espalier.importance.schedule;

/**
 * Coefficients that rise and fall, group after group (arXiv 2601.19794): lambda_i(e) = (1 +
 * cos(2*pi*(e/T - i/N)))/2. Group i peaks where e/T = i/N modulo 1.
 *
 * @param period T in epochs, above 0
 * @param groups N, at least 1
 */
public record CosineSchedule(double period, int groups) {

  /**
   * @throws IllegalArgumentException naming the field out of range
   */
  public CosineSchedule {
    if (!(period > 0)) {
      throw new IllegalArgumentException("period = " + period + ": must be above 0");
    }
    if (groups < 1) {
      throw new IllegalArgumentException("groups = " + groups + ": must be at least 1");
    }
  }

  /**
   * @param group i, from 0 to N-1
   * @param epoch e, at least 0; may be fractional
   * @return lambda_i(e), in [0, 1]
   */
  public double lambda(int group, double epoch) {
    double phase = (double) group / groups;
    return (1 + StrictMath.cos(2 * Math.PI * (epoch / period - phase))) / 2;
  }

  /**
   * @param group i, from 0 to N-1
   * @param epoch e, at least 0; may be fractional
   * @return 2c where lambda_i is in the half cycle around its peak of cycle c, 2c-1 in the one
   *     before; the peak of cycle c is at e/T = c + i/N
   */
  public long halfCycle(int group, double epoch) {
    double phase = (double) group / groups;
    return (long) Math.floor(2 * (epoch / period - phase) + 0.5);
  }
}
