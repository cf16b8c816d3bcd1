package dev.espalier.pruner.graph.rule;

/**
 * A value standardised over some axes, of which only what stays counts.
 *
 * @param value (x - mean) * inverse, removed indices 0
 * @param mean over what stays
 * @param inverse 1 / sqrt(variance + epsilon)
 */
record Standardised(String value, String mean, String inverse) {
  /** (x - mean) / sqrt(variance + epsilon). */
  static Standardised of(TwinMath math, double epsilon, int... axes) {
    double share = math.share(axes);
    String x = math.twin().masked(math.value(), axes);
    String mean = math.mul(math.mean(x, axes), math.scalar(share));
    return scaled(math, math.silence(math.sub(x, mean), axes), mean, epsilon, axes);
  }

  /** x / sqrt(mean of squares + epsilon). */
  static Standardised bySquares(TwinMath math, double epsilon, int... axes) {
    return scaled(math, math.twin().masked(math.value(), axes), "", epsilon, axes);
  }

  /**
   * centred / sqrt(mean of its squares + epsilon).
   *
   * @param centred of the shape of the value that {@code math} is on, removed indices 0
   * @param mean what was taken off, if anything
   */
  static Standardised scaled(
      TwinMath math, String centred, String mean, double epsilon, int... axes) {
    String squares = math.mean(math.mul(centred, centred), axes);
    String variance = math.mul(squares, math.scalar(math.share(axes)));
    String inverse = math.inverseRoot(variance, epsilon);
    return new Standardised(math.mul(centred, inverse), mean, inverse);
  }
}
