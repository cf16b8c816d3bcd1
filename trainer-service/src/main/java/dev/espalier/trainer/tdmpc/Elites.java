package dev.espalier.trainer.tdmpc;

import java.util.Arrays;

/** The best sequences of one start, with their weights. */
final class Elites {
  private final float[][] sequences;
  private final double[] weights;

  /**
   * @param count how many, at least 1
   * @param start whose sequences
   * @param sets where they are from
   */
  Elites(int count, int horizon, double temperature, int start, Candidates... sets) {
    int total = Arrays.stream(sets).mapToInt(set -> set.each).sum();
    int kept = Math.min(count, total);
    double[] sorted = new double[total];
    int filled = 0;
    for (Candidates set : sets) {
      System.arraycopy(set.values, start * set.each, sorted, filled, set.each);
      filled += set.each;
    }
    Arrays.sort(sorted);
    double least = sorted[total - kept];
    double best = sorted[total - 1];
    sequences = new float[kept][horizon];
    weights = new double[kept];
    int above = 0;
    while (above < kept && sorted[total - 1 - above] > least) {
      above++;
    }
    int ties = kept - above;
    int taken = 0;
    double sum = 0;
    for (Candidates set : sets) {
      for (int row = start * set.each; row < (start + 1) * set.each; row++) {
        double value = set.values[row];
        if (value < least || value == least && ties-- <= 0) {
          continue;
        }
        for (int t = 0; t < horizon; t++) {
          sequences[taken][t] = set.actions[t][row];
        }
        weights[taken] = Math.exp(temperature * (value - best));
        sum += weights[taken++];
      }
    }
    for (int e = 0; e < kept; e++) {
      weights[e] /= sum;
    }
  }

  double mean(int step) {
    double mean = 0;
    for (int e = 0; e < weights.length; e++) {
      mean += weights[e] * sequences[e][step];
    }
    return mean;
  }

  double deviation(int step, double mean) {
    double variance = 0;
    for (int e = 0; e < weights.length; e++) {
      double off = sequences[e][step] - mean;
      variance += weights[e] * off * off;
    }
    return Math.sqrt(variance);
  }

  /** First action of a sequence drawn by weight. */
  double drawn(double uniform) {
    double left = uniform;
    int e = 0;
    while (e + 1 < weights.length && left >= weights[e]) {
      left -= weights[e++];
    }
    return sequences[e][0];
  }
}
