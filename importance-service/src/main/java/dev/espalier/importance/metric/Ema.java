package dev.espalier.importance.metric;

/**
 * Exponential moving average of columns, S(t) = gamma*S(t-1) + (1-gamma)*x(t) with S(0) = 0. Read
 * bias-corrected, S(t) / (1 - gamma^t), so that the first values are not pulled to 0 (the
 * correction of Adam, arXiv 1412.6980, section 3). Strict mathematics: the same on every machine.
 */
public final class Ema {
  private final double factor;
  private final double[] smoothed;
  private long count;

  /**
   * @param factor gamma, in [0, 1)
   * @param smoothed S(t) of each column, zeros for a fresh one; written to from here on
   * @param count t, values seen so far, at least 0
   */
  public Ema(double factor, double[] smoothed, long count) {
    if (!(factor >= 0 && factor < 1)) {
      throw new IllegalArgumentException("ema_factor = " + factor + ": must be in [0, 1)");
    }
    if (count < 0) {
      throw new IllegalArgumentException("count = " + count + ": must be at least 0");
    }
    this.factor = factor;
    this.smoothed = smoothed;
    this.count = count;
  }

  /**
   * Takes the next value of each column.
   *
   * @param values one a column
   */
  public void add(double[] values) {
    double rest = 1 - factor;
    for (int i = 0; i < smoothed.length; i++) {
      smoothed[i] = factor * smoothed[i] + rest * values[i];
    }
    count++;
  }

  /** The bias-corrected average of each column in a new array; zeros before the first value. */
  public double[] corrected() {
    double[] corrected = new double[smoothed.length];
    if (count == 0) {
      return corrected;
    }
    double correction = 1 - StrictMath.pow(factor, count);
    for (int i = 0; i < corrected.length; i++) {
      corrected[i] = smoothed[i] / correction;
    }
    return corrected;
  }

  /**
   * @param column from 0
   * @return S(t) of the column, without the correction
   */
  public double uncorrected(int column) {
    return smoothed[column];
  }
}
