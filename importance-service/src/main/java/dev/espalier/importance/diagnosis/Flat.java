package dev.espalier.importance.diagnosis;

import java.util.List;
import java.util.Optional;

/**
 * The ranking says nothing: in every metric the scores of all groups are alike, or gradients have
 * vanished. Alike is a coefficient of variation (standard deviation over mean, over the groups)
 * below a threshold; vanished a smoothed mean |gradient| that is below a share of the largest after
 * any epoch, or 0.
 *
 * @param variation largest coefficient of variation of the three metrics, at least 0
 * @param alike threshold of the variation; NaN where it was not passed
 * @param gradient smoothed mean |gradient| relative to the largest after any epoch, in [0, 1]
 * @param vanished threshold of the gradient; NaN where it was not passed
 */
public record Flat(double variation, double alike, double gradient, double vanished)
    implements Diagnosis {

  /**
   * @param scores metrics by groups, each at least 0
   * @param gradient smoothed mean |gradient| over all parameters, at least 0
   * @param peak largest of it after any epoch, this one included
   * @param alike threshold of the variation, at least 0
   * @param vanished threshold of the gradient, in [0, 1]
   */
  public static Optional<Flat> of(
      double[][] scores, double gradient, double peak, double alike, double vanished) {
    double variation = 0;
    for (double[] metric : scores) {
      variation = Math.max(variation, variation(metric));
    }
    double relative = peak == 0 ? 0 : gradient / peak;
    boolean isAlike = scores[0].length > 1 && variation < alike;
    boolean isVanished = relative < vanished || relative == 0;
    return isAlike || isVanished
        ? Optional.of(
            new Flat(
                variation,
                isAlike ? alike : Double.NaN,
                relative,
                isVanished ? vanished : Double.NaN))
        : Optional.empty();
  }

  /** Standard deviation over mean; 0 where all are 0. */
  static double variation(double[] scores) {
    double largest = 0;
    for (double score : scores) {
      largest = Math.max(largest, score);
    }
    if (largest == 0) {
      return 0;
    }
    double sum = 0;
    for (double score : scores) {
      sum += score / largest;
    }
    double mean = sum / scores.length;
    double squares = 0;
    for (double score : scores) {
      double distance = score / largest - mean;
      squares += distance * distance;
    }
    return Math.sqrt(squares / scores.length) / mean;
  }

  @Override
  public List<Evidence> evidence() {
    return List.of(
        new Evidence("variation of scores over groups", variation, alike),
        new Evidence("mean |gradient| relative to its peak", gradient, vanished));
  }

  @Override
  public String advice() {
    return "Raise the learning rate if the loss has stopped falling too early, and look for"
        + " activations that saturate or are dead.";
  }
}
