package dev.espalier.importance.ranking;

import java.util.Arrays;

/** How the scores of the three metrics become one importance a group; it sums to 1 over groups. */
public enum Combination {
  /** Weighted mean of each metric's share over the groups. */
  SHARES {
    @Override
    public double[] combine(double[][] scores, double[] weights) {
      return weightedMean(shares(scores[0]), shares(scores[1]), shares(scores[2]), weights);
    }
  },
  /**
   * Weighted mean of each metric's ranks: N points for the highest score down to 1 for the lowest,
   * equal scores share theirs, all divided by their sum N*(N+1)/2.
   */
  RANKS {
    @Override
    public double[] combine(double[][] scores, double[] weights) {
      return weightedMean(
          shares(points(scores[0])), shares(points(scores[1])), shares(points(scores[2])), weights);
    }
  },
  /** The share of gradient accumulation alone. */
  GRADIENT_ACCUMULATION {
    @Override
    public double[] combine(double[][] scores, double[] weights) {
      return shares(scores[0]);
    }
  },
  /** The share of Fisher information alone. */
  FISHER_INFORMATION {
    @Override
    public double[] combine(double[][] scores, double[] weights) {
      return shares(scores[1]);
    }
  },
  /** The share of Bayesian uncertainty alone. */
  BAYESIAN_UNCERTAINTY {
    @Override
    public double[] combine(double[][] scores, double[] weights) {
      return shares(scores[2]);
    }
  };

  /**
   * @param scores three metrics (gradient accumulation, Fisher information, Bayesian uncertainty)
   *     by groups, each at least 0
   * @param weights one a metric, each at least 0, their sum above 0
   * @return importance of each group, at least 0, sum 1
   */
  public abstract double[] combine(double[][] scores, double[] weights);

  /**
   * The weights that each metric really has.
   *
   * @param given one a metric, as for {@link #combine}
   * @return those for SHARES and RANKS; for a single metric 1 for it and 0 for the others
   */
  public double[] weights(double[] given) {
    return switch (this) {
      case SHARES, RANKS -> given;
      case GRADIENT_ACCUMULATION -> new double[] {1, 0, 0};
      case FISHER_INFORMATION -> new double[] {0, 1, 0};
      case BAYESIAN_UNCERTAINTY -> new double[] {0, 0, 1};
    };
  }

  /**
   * @param scores at least 0
   * @return score / sum; equal shares where all scores are 0
   */
  static double[] shares(double[] scores) {
    double sum = 0;
    for (double score : scores) {
      sum += score;
    }
    double[] shares = new double[scores.length];
    if (sum == 0) {
      Arrays.fill(shares, 1.0 / scores.length);
      return shares;
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] = scores[i] / sum;
    }
    return shares;
  }

  /**
   * @param scores any
   * @return N for the highest down to 1 for the lowest; equal scores get the mean of their places
   */
  public static double[] points(double[] scores) {
    double[] ascending = scores.clone();
    Arrays.sort(ascending);
    double[] points = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      int below = lowerBound(ascending, scores[i]);
      int upTo = lowerBound(ascending, Math.nextUp(scores[i]));
      points[i] = (below + 1 + upTo) / 2.0;
    }
    return points;
  }

  private static int lowerBound(double[] ascending, double value) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static double[] weightedMean(
      double[] first, double[] second, double[] third, double[] weights) {
    double total = weights[0] + weights[1] + weights[2];
    double[] mean = new double[first.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (weights[0] * first[i] + weights[1] * second[i] + weights[2] * third[i]) / total;
    }
    return mean;
  }
}
