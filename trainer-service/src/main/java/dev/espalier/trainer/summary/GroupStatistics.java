package dev.espalier.trainer.summary;

import java.util.OptionalInt;

/**
 * What the gradients of one batch say, one column a group.
 *
 * @param meanAbsoluteGradient mean |g| over the group's parameters
 * @param meanSquaredGradient mean g^2 over the group's parameters
 * @param l1Norm sum of |theta| over the group's parameters, before the step
 * @param count the group's parameters
 * @param overallAbsoluteGradient mean |g| over all parameters, grouped or not
 * @param overallAbsolutePenalty mean |gradient of the penalty| over all parameters
 */
public record GroupStatistics(
    double[] meanAbsoluteGradient,
    double[] meanSquaredGradient,
    double[] l1Norm,
    long[] count,
    double overallAbsoluteGradient,
    double overallAbsolutePenalty) {
  /** The first group with a gradient or parameter that is NaN or infinite. */
  public OptionalInt firstNotFinite() {
    for (int g = 0; g < count.length; g++) {
      if (!Double.isFinite(meanSquaredGradient[g]) || !Double.isFinite(l1Norm[g])) {
        return OptionalInt.of(g);
      }
    }
    return OptionalInt.empty();
  }

  /** Whether no gradient or grouped parameter was NaN or infinite. */
  public boolean isFinite() {
    return Double.isFinite(overallAbsoluteGradient) && firstNotFinite().isEmpty();
  }
}
