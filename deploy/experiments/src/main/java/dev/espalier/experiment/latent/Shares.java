package dev.espalier.experiment.latent;

/** Shares of groups in a score. */
final class Shares {
  private Shares() {}

  /**
   * Each score over the sum of all.
   *
   * @param scores at least 0
   * @return from 0 to 1; all alike where all scores are 0
   */
  static double[] of(double[] scores) {
    double sum = 0;
    for (double score : scores) {
      sum += score;
    }
    double[] shares = new double[scores.length];
    for (int g = 0; g < shares.length; g++) {
      shares[g] = sum > 0 ? scores[g] / sum : 1.0 / shares.length;
    }
    return shares;
  }

  /**
   * The weighted mean of the shares in several metrics: the importance, as the importance service
   * combines it.
   *
   * @param scores metrics by groups
   * @param weights of the metrics, their sum above 0
   */
  static double[] combined(double[][] scores, double[] weights) {
    double[] combined = new double[scores[0].length];
    double all = 0;
    for (double weight : weights) {
      all += weight;
    }
    for (int m = 0; m < scores.length; m++) {
      double[] shares = of(scores[m]);
      for (int g = 0; g < combined.length; g++) {
        combined[g] += shares[g] * weights[m] / all;
      }
    }
    return combined;
  }

  /** The place of a group, 1 for the largest; a tie counts half a place. */
  static double rank(double[] scores, int group) {
    double rank = 1;
    for (int g = 0; g < scores.length; g++) {
      if (g != group) {
        rank += scores[g] > scores[group] ? 1 : scores[g] == scores[group] ? 0.5 : 0;
      }
    }
    return rank;
  }
}
