package dev.espalier.experiment.latent;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Table;
import java.util.List;

/**
 * The groups' scores after an epoch, as the run's importance had them.
 *
 * @param ids of the groups
 * @param coupling column of the group that couples the components
 * @param parameters of each group
 * @param units of each group
 * @param means per parameter: metrics by groups
 */
record GroupScores(
    List<String> ids, int coupling, long[] parameters, long[] units, double[][] means) {
  private static final double[] EQUAL = {1, 1, 1};

  /** After the last epoch. */
  static GroupScores last(CellResult result) {
    return epoch(result, epochs(result).getLast());
  }

  /** The epochs that are told of, rising, as text. */
  static List<String> epochs(CellResult result) {
    return result.table(CellTables.GROUPS).values("epoch");
  }

  static GroupScores epoch(CellResult result, String epoch) {
    Table table = result.table(CellTables.GROUPS).where("epoch", epoch);
    double[][] means = new double[CellTables.METRICS.size()][];
    for (int m = 0; m < means.length; m++) {
      means[m] = table.numbers(CellTables.METRICS.get(m));
    }
    int kind = table.column("kind");
    int coupling =
        table.rows().stream().map(row -> row.get(kind)).toList().indexOf(CellTables.COUPLING);
    if (coupling < 0) {
      throw new IllegalArgumentException(result.cell().key() + " has no coupling group");
    }
    return new GroupScores(
        table.values("group"),
        coupling,
        longs(table.numbers("parameters")),
        longs(table.numbers("units")),
        means);
  }

  private static long[] longs(double[] numbers) {
    long[] longs = new long[numbers.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = (long) numbers[i];
    }
    return longs;
  }

  /** The importance: the mean of the shares by the three metrics. */
  double[] importance(Normalisation normalisation) {
    double[][] scores = new double[means.length][];
    for (int m = 0; m < means.length; m++) {
      scores[m] = normalisation.of(sums(m), parameters, units);
    }
    return Shares.combined(scores, EQUAL);
  }

  /**
   * The importance by the mean per parameter, had each group grown while the sum over it stayed.
   *
   * @param grown the same groups of other sizes
   */
  double[] diluted(GroupScores grown) {
    if (!ids.equals(grown.ids)) {
      throw new IllegalArgumentException("groups " + ids + " are not " + grown.ids);
    }
    double[][] scores = new double[means.length][];
    for (int m = 0; m < means.length; m++) {
      scores[m] = Normalisation.MEAN.of(sums(m), grown.parameters, grown.units);
    }
    return Shares.combined(scores, EQUAL);
  }

  private double[] sums(int metric) {
    double[] sums = means[metric].clone();
    for (int g = 0; g < sums.length; g++) {
      sums[g] *= parameters[g];
    }
    return sums;
  }

  /** The coupling group's share by a single metric. */
  double share(int metric, Normalisation normalisation) {
    return Shares.of(normalisation.of(sums(metric), parameters, units))[coupling];
  }

  /** The coupling group's share of the importance. */
  double share(Normalisation normalisation) {
    return importance(normalisation)[coupling];
  }

  /** The coupling group's place, 1 for the most important. */
  double rank(Normalisation normalisation) {
    return Shares.rank(importance(normalisation), coupling);
  }

  /** Share of the other groups that a metric's mean puts below the coupling group; ties half. */
  double lead(int metric) {
    return (ids.size() - Shares.rank(means[metric], coupling)) / (ids.size() - 1);
  }

  /** The least lead over the metrics: what COUPLING_FIRST looks at. */
  double leastLead() {
    double least = 1;
    for (int m = 0; m < means.length; m++) {
      least = Math.min(least, lead(m));
    }
    return least;
  }
}
