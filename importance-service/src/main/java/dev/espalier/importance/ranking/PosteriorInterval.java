package dev.espalier.importance.ranking;

import org.apache.commons.math3.special.Gamma;

/**
 * What the posterior of the gradients' variance leaves open of the importance.
 *
 * <p>Derivation. The variance v_j of group j's gradient has the posterior inverse-gamma(alpha_j,
 * beta_j), independent over groups. The logarithm of such a variable has the variance
 * trigamma(alpha_j) = t_j, which exists for every alpha above 0. All three metrics estimate powers
 * of the same variance: mean |gradient| is proportional to v^(1/2), mean squared gradient and
 * posterior mean to v. So with u_j = log v_j minus its expectation, metric m's score of group j is
 * S_mj * exp(p_m*u_j), p = (1/2, 1, 1), its share s_mj, and the importance I_g = sum_m w_m*s_mg
 * with weights of sum 1 has the derivatives
 *
 * <pre>dI_g/du_j = sum_m A_mg*(delta_gj - s_mj),  A_mg = w_m*p_m*s_mg.</pre>
 *
 * <p>To first order in u (the delta method), with T_g = sum_m A_mg, B_m = A_mg - A_mh and K_mn =
 * sum_j t_j*s_mj*s_nj,
 *
 * <pre>
 * Var(I_g - I_h) = t_g*(T_g^2 - 2*T_g*sum_m B_m*s_mg) + t_h*(T_h^2 + 2*T_h*sum_m B_m*s_mh)
 *                + sum_m sum_n B_m*B_n*K_mn,
 * </pre>
 *
 * <p>and Var(I_g) is the same without the terms of h. The interval is laid around log I_g, so that
 * it never leaves [0, 1]: I_g * exp(-+ z*sd(I_g)/I_g), z = 1.96. It speaks of how well the run has
 * measured the scale of each group's gradient, not of what further training would change.
 */
public final class PosteriorInterval {
  /** Standard deviations to each side: 95 % of a normal. */
  public static final double Z = 1.96;

  private static final double[] POWER = {0.5, 1, 1};

  private final double[][] shares;
  private final double[] weights;
  private final double[] logVariance;
  private final double[] importance;
  private final double[][] gram = new double[3][3];

  /**
   * @param scores three metrics by groups, each at least 0
   * @param weights one a metric, each at least 0, their sum above 0
   * @param alpha shape of each group's posterior, above 0
   */
  public PosteriorInterval(double[][] scores, double[] weights, double[] alpha) {
    double total = weights[0] + weights[1] + weights[2];
    this.weights = new double[] {weights[0] / total, weights[1] / total, weights[2] / total};
    this.shares = new double[3][];
    for (int m = 0; m < 3; m++) {
      shares[m] = Combination.shares(scores[m]);
    }
    this.importance = Combination.SHARES.combine(scores, weights);
    this.logVariance = new double[alpha.length];
    for (int j = 0; j < alpha.length; j++) {
      boolean isKnown = j > 0 && alpha[j] == alpha[j - 1];
      logVariance[j] = isKnown ? logVariance[j - 1] : Gamma.trigamma(alpha[j]);
      for (int m = 0; m < 3; m++) {
        for (int n = 0; n < 3; n++) {
          gram[m][n] += logVariance[j] * shares[m][j] * shares[n][j];
        }
      }
    }
  }

  /** Lower end of the interval of the group's importance, in [0, 1]. */
  public double low(int group) {
    return importance[group] == 0 ? 0 : importance[group] * StrictMath.exp(-width(group));
  }

  /** Upper end of the interval of the group's importance, in [0, 1]. */
  public double high(int group) {
    return importance[group] == 0
        ? 0
        : Math.min(1, importance[group] * StrictMath.exp(width(group)));
  }

  /** Whether the difference of two groups' importance is within what the posterior leaves open. */
  public boolean areTied(int group, int other) {
    double difference = Math.abs(importance[group] - importance[other]);
    return difference <= Z * Math.sqrt(variance(group, other));
  }

  private double width(int group) {
    return Z * Math.sqrt(variance(group, -1)) / importance[group];
  }

  private double variance(int g, int h) {
    double[] b = new double[3];
    double ownOfG = 0;
    double ownOfH = 0;
    double crossOfG = 0;
    double crossOfH = 0;
    for (int m = 0; m < 3; m++) {
      double ofG = weights[m] * POWER[m] * shares[m][g];
      double ofH = h < 0 ? 0 : weights[m] * POWER[m] * shares[m][h];
      b[m] = ofG - ofH;
      ownOfG += ofG;
      ownOfH += ofH;
      crossOfG += b[m] * shares[m][g];
      crossOfH += h < 0 ? 0 : b[m] * shares[m][h];
    }
    double variance = logVariance[g] * (ownOfG * ownOfG - 2 * ownOfG * crossOfG);
    variance += h < 0 ? 0 : logVariance[h] * (ownOfH * ownOfH + 2 * ownOfH * crossOfH);
    for (int m = 0; m < 3; m++) {
      for (int n = 0; n < 3; n++) {
        variance += b[m] * b[n] * gram[m][n];
      }
    }
    return Math.max(0, variance);
  }
}
