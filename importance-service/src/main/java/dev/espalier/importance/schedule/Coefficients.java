package dev.espalier.importance.schedule;

/**
 * The regularisation coefficients of one epoch: L_total = L_task + weight * sum_i lambda_i *
 * ||Theta_i||_1.
 *
 * @param epoch from 0
 * @param lambda one a group, in [0, 1]
 * @param weight at least 0
 */
public record Coefficients(int epoch, double[] lambda, double weight) {

  /**
   * @param epoch from 0
   * @param schedule gives lambda
   * @param strength gives the weight
   * @param meanAbsoluteGradient smoothed mean |gradient| over all parameters, at least 0
   */
  public static Coefficients of(
      int epoch, CosineSchedule schedule, Strength strength, double meanAbsoluteGradient) {
    double[] lambda = new double[schedule.groups()];
    for (int i = 0; i < lambda.length; i++) {
      lambda[i] = schedule.lambda(i, epoch);
    }
    return new Coefficients(epoch, lambda, strength.weight(meanAbsoluteGradient));
  }
}
