package dev.espalier.experiment.sanity;

import dev.espalier.importance.ranking.RankStability;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * A metric's scores of all groups after every epoch.
 *
 * @param byEpoch epochs by groups, each at least 0
 */
record Scores(double[][] byEpoch) {
  /** The metrics, by their columns, and their combination. */
  static final String[] METRICS = {
    "gradient_accumulation", "fisher_information", "bayesian_uncertainty", "importance"
  };

  /** Raw ones of them. */
  static final int RAW = 3;

  int epochs() {
    return byEpoch.length;
  }

  /** Coefficient of variation over the groups after an epoch: standard deviation over mean. */
  double overGroups(int epoch) {
    return variation(byEpoch[epoch]);
  }

  /** Coefficient of variation over the epochs, the median group's. */
  double overEpochs() {
    int groups = byEpoch[0].length;
    double[] each = new double[groups];
    for (int g = 0; g < groups; g++) {
      int group = g;
      each[g] = variation(Arrays.stream(byEpoch).mapToDouble(epoch -> epoch[group]).toArray());
    }
    Arrays.sort(each);
    return (each[(groups - 1) / 2] + each[groups / 2]) / 2;
  }

  /**
   * Kendall's tau-b of the rankings after an epoch and the one before it.
   *
   * @param epoch from 1 on
   */
  OptionalDouble tau(int epoch) {
    return RankStability.tau(byEpoch[epoch - 1], byEpoch[epoch]);
  }

  /** Lowest bound that tau stays below twice in a row: the least of max(tau, tau before). */
  OptionalDouble turned() {
    OptionalDouble least = OptionalDouble.empty();
    for (int epoch = 2; epoch < epochs(); epoch++) {
      OptionalDouble before = tau(epoch - 1);
      OptionalDouble now = tau(epoch);
      if (before.isPresent() && now.isPresent()) {
        double both = Math.max(before.getAsDouble(), now.getAsDouble());
        least = OptionalDouble.of(Math.min(both, least.orElse(1)));
      }
    }
    return least;
  }

  /** 0 where all are 0. */
  static double variation(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    if (mean == 0) {
      return 0;
    }
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / values.length) / mean;
  }
}
