package dev.espalier.experiment.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;

/** Kendall's rank correlation of two samples. */
final class Kendall {
  private static final int EXACT = 8;
  private final int[][] x;
  private final int[][] y;
  private final Ties tiesX;
  private final Ties tiesY;
  private final int score;

  Kendall(double[] x, double[] y) {
    this.x = signs(x);
    this.y = signs(y);
    tiesX = Ties.of(x);
    tiesY = Ties.of(y);
    int[] asIs = new int[x.length];
    Arrays.setAll(asIs, i -> i);
    score = score(asIs, x.length);
  }

  /** Concordant less discordant pairs, over the geometric mean of the pairs that do not tie. */
  double tau() {
    double pairs = x.length * (x.length - 1.0) / 2;
    double untied = (pairs - tiesX.pairs) * (pairs - tiesY.pairs);
    return untied == 0 ? 0 : score / Math.sqrt(untied);
  }

  double p() {
    double n = x.length;
    double pairs = n * (n - 1) / 2;
    if (tiesX.pairs == pairs || tiesY.pairs == pairs) {
      return 1;
    }
    if (n <= EXACT) {
      int[] asIs = new int[x.length];
      Arrays.setAll(asIs, i -> i);
      long[] count = new long[2];
      permute(asIs, 0, 0, count);
      return (double) count[0] / count[1];
    }
    double variance =
        (n * (n - 1) * (2 * n + 5) - tiesX.spread - tiesY.spread) / 18
            + 2.0 * tiesX.pairs * tiesY.pairs / (n * (n - 1))
            + tiesX.triples * tiesY.triples / (9 * n * (n - 1) * (n - 2));
    double z = Math.abs(score) / Math.sqrt(variance);
    return Math.min(1, 2 * NormalDistribution.of(0, 1).survivalProbability(z));
  }

  /** Counts orders of y at least as far from 0, and all. */
  private void permute(int[] order, int fixed, int sum, long[] count) {
    if (fixed == order.length) {
      count[0] += Math.abs(sum) >= Math.abs(score) ? 1 : 0;
      count[1]++;
      return;
    }
    for (int i = fixed; i < order.length; i++) {
      swap(order, fixed, i);
      permute(order, fixed + 1, sum + added(order, fixed), count);
      swap(order, fixed, i);
    }
  }

  private int score(int[] order, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      sum += added(order, i);
    }
    return sum;
  }

  /** What the pairs of a point with those before it add. */
  private int added(int[] order, int point) {
    int sum = 0;
    for (int before = 0; before < point; before++) {
      sum += x[point][before] * y[order[point]][order[before]];
    }
    return sum;
  }

  private static void swap(int[] order, int i, int j) {
    int kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }

  private static int[][] signs(double[] values) {
    int[][] signs = new int[values.length][values.length];
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values.length; j++) {
        signs[i][j] = values[i] == values[j] ? 0 : values[i] > values[j] ? 1 : -1;
      }
    }
    return signs;
  }

  /**
   * Sums over the runs of t equal values.
   *
   * @param pairs of t(t − 1) / 2
   * @param triples of t(t − 1)(t − 2)
   * @param spread of t(t − 1)(2t + 5)
   */
  private record Ties(double pairs, double triples, double spread) {
    static Ties of(double[] values) {
      double[] sorted = Arrays.stream(values).map(v -> v + 0.0).sorted().toArray();
      double pairs = 0;
      double triples = 0;
      double spread = 0;
      int from = 0;
      while (from < sorted.length) {
        int to = from;
        while (to < sorted.length && sorted[to] == sorted[from]) {
          to++;
        }
        double t = to - from;
        pairs += t * (t - 1) / 2;
        triples += t * (t - 1) * (t - 2);
        spread += t * (t - 1) * (2 * t + 5);
        from = to;
      }
      return new Ties(pairs, triples, spread);
    }
  }
}
