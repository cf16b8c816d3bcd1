package dev.espalier.experiment.statistics;

import java.util.Arrays;

/**
 * The exact distribution of Wilcoxon's signed rank sum, ties included: equal differences share the
 * mean of their ranks, and every choice of signs is equally likely. Where differences tie, as those
 * of accuracies often do, the normal approximation claims too much for few pairs.
 */
final class SignedRanks {
  /** Most differences that this is meant for; counts stay exact in a double. */
  static final int MOST = 50;

  private SignedRanks() {}

  /**
   * @param differences none of them 0, at most {@link #MOST}
   * @return two-sided p
   */
  static double p(double[] differences) {
    double[] sizes = Arrays.stream(differences).map(Math::abs).sorted().toArray();
    int[] doubled = doubledRanks(sizes);
    int all = Arrays.stream(doubled).sum();
    int positive = 0;
    for (double difference : differences) {
      if (difference > 0) {
        positive += doubled[Arrays.binarySearch(sizes, difference)];
      }
    }
    double[] ways = new double[all + 1];
    ways[0] = 1;
    for (int rank : doubled) {
      for (int sum = all; sum >= rank; sum--) {
        ways[sum] += ways[sum - rank];
      }
    }
    double tail = Arrays.stream(ways, 0, Math.min(positive, all - positive) + 1).sum();
    return Math.min(1, 2 * tail / Math.pow(2, differences.length));
  }

  /** Twice the mid-rank of each sorted value: a whole number. */
  private static int[] doubledRanks(double[] sorted) {
    int[] ranks = new int[sorted.length];
    int from = 0;
    while (from < sorted.length) {
      int to = from;
      while (to < sorted.length && sorted[to] == sorted[from]) {
        to++;
      }
      Arrays.fill(ranks, from, to, from + 1 + to);
      from = to;
    }
    return ranks;
  }
}
