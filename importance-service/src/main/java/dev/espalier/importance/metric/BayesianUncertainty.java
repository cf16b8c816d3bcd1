package dev.espalier.importance.metric;

import java.util.Arrays;

/**
 * Posterior of the variance of a group's gradient: a zero-mean normal with unknown precision and a
 * Gamma(alpha, beta) prior on it; a batch counts as 2*kappa observations. alpha(t) = alpha(t-1) +
 * kappa, beta(t) = beta(t-1) + kappa*I_fisher(t); the variance is then inverse-gamma with mean
 * beta/(alpha-1), which is smoothed, and standard deviation mean/sqrt(alpha-2).
 */
public final class BayesianUncertainty implements Metric {
  private final double kappa;
  private final double[] alpha;
  private final double[] beta;
  private final double[] mean;
  private final Ema average;

  /**
   * @param kappa weight of one batch, above 0
   * @param alpha shape of each group's posterior, above 1; written to from here on
   * @param beta rate of each group's posterior, above 0; written to from here on
   * @param average holds the scores of all groups
   */
  public BayesianUncertainty(double kappa, double[] alpha, double[] beta, Ema average) {
    if (!(kappa > 0)) {
      throw new IllegalArgumentException("kappa = " + kappa + ": must be above 0");
    }
    this.kappa = kappa;
    this.alpha = alpha;
    this.beta = beta;
    this.mean = new double[alpha.length];
    this.average = average;
  }

  /**
   * @param groups number of groups, at least 1
   * @param kappa weight of one batch, above 0
   * @param alphaPrior shape before the first batch, above 1
   * @param betaPrior rate before the first batch, above 0
   * @param average holds the scores of all groups
   */
  public static BayesianUncertainty fresh(
      int groups, double kappa, double alphaPrior, double betaPrior, Ema average) {
    double[] alpha = new double[groups];
    double[] beta = new double[groups];
    Arrays.fill(alpha, alphaPrior);
    Arrays.fill(beta, betaPrior);
    return new BayesianUncertainty(kappa, alpha, beta, average);
  }

  @Override
  public void add(GroupEvidence batch) {
    double[] fisher = batch.meanSquaredGradient();
    for (int i = 0; i < alpha.length; i++) {
      alpha[i] += kappa;
      beta[i] += kappa * fisher[i];
      mean[i] = mean(i);
    }
    average.add(mean);
  }

  @Override
  public double[] scores() {
    return average.corrected();
  }

  @Override
  public double uncorrected(int group) {
    return average.uncorrected(group);
  }

  /** Mean of the group's newest posterior of the gradient's variance, unsmoothed. */
  public double mean(int group) {
    return beta[group] / (alpha[group] - 1);
  }

  /** Standard deviation of that posterior; 0 where it does not exist yet (alpha at most 2). */
  public double spread(int group) {
    return alpha[group] > 2 ? mean(group) / Math.sqrt(alpha[group] - 2) : 0;
  }

  /** Shape of the group's posterior. */
  public double alpha(int group) {
    return alpha[group];
  }

  /** Rate of the group's posterior. */
  public double beta(int group) {
    return beta[group];
  }
}
