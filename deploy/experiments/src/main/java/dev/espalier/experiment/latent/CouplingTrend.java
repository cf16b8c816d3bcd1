package dev.espalier.experiment.latent;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.statistics.Holm;
import dev.espalier.experiment.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How the coupling group's share goes with the latent dimension in one network.
 *
 * @param network its name
 * @param normalisation of the score
 * @param against what the share stands beside
 * @param trend over the latent dimensions
 * @param p of the trend, adjusted after Holm for all trends of the sweep that are tested
 * @param direction what is seen
 * @param first at the least latent dimension
 * @param last at the greatest
 */
record CouplingTrend(
    String network,
    Normalisation normalisation,
    Against against,
    SeedTrend trend,
    double p,
    SeedTrend.Direction direction,
    Interval first,
    Interval last) {
  /** What a share stands beside. */
  enum Against {
    /** The share as the training's importance has it. */
    ALONE("share"),
    /** At the end of training, over the mean share where the same gradients are shuffled. */
    SHUFFLED("share / shuffled share");

    private final String words;

    Against(String words) {
      this.words = words;
    }

    /** As people read it. */
    String words() {
      return words;
    }

    /** The number of a cell. */
    ToDoubleFunction<CellResult> reading(Normalisation normalisation) {
      return this == ALONE
          ? result -> GroupScores.last(result).share(normalisation)
          : result -> Shuffled.of(result, normalisation, "ratio");
    }
  }

  /**
   * Whether a trend is tested. Beside shuffled gradients the mean per parameter is not: there the
   * shuffled share is one over the number of groups at every d, so that the ratio only repeats the
   * share.
   */
  static boolean tested(Normalisation normalisation, Against against) {
    return normalisation != Normalisation.MEAN || against == Against.ALONE;
  }

  /** All trends of a sweep that are tested; they are one family. */
  static List<CouplingTrend> of(Sweep sweep) {
    List<CouplingTrend> trends = new ArrayList<>();
    for (String network : sweep.networks()) {
      for (Against against : Against.values()) {
        for (Normalisation normalisation : Normalisation.values()) {
          if (tested(normalisation, against)) {
            trends.add(raw(sweep, network, normalisation, against));
          }
        }
      }
    }
    double[] p = Holm.adjusted(trends.stream().mapToDouble(t -> t.trend.p()).toArray());
    double[] least = Holm.adjusted(trends.stream().mapToDouble(t -> t.trend.leastP()).toArray());
    List<CouplingTrend> judged = new ArrayList<>();
    for (int i = 0; i < p.length; i++) {
      judged.add(trends.get(i).judged(p[i], least[i]));
    }
    return judged;
  }

  private static CouplingTrend raw(
      Sweep sweep, String network, Normalisation normalisation, Against against) {
    ToDoubleFunction<CellResult> reading = against.reading(normalisation);
    return new CouplingTrend(
        network,
        normalisation,
        against,
        SeedTrend.of(sweep.axis(), sweep.bySeed(network, reading)),
        1,
        SeedTrend.Direction.UNTESTED,
        sweep.interval(network, sweep.least(), reading),
        sweep.interval(network, sweep.most(), reading));
  }

  private CouplingTrend judged(double adjusted, double least) {
    SeedTrend.Direction seen = trend.direction(adjusted, least);
    return new CouplingTrend(network, normalisation, against, trend, adjusted, seen, first, last);
  }

  Outcome outcome() {
    return trend.falls(direction);
  }

  /** The trends as a table. */
  static Table table(List<CouplingTrend> trends) {
    Table.Builder table =
        Table.of(
            "trends",
            "network",
            "score",
            "of",
            "tau",
            "p_holm",
            "power_of_d",
            "power_low",
            "power_high",
            "seen");
    for (CouplingTrend t : trends) {
      table.row(
          t.network,
          t.normalisation.words(),
          t.against.words(),
          t.trend.tau(),
          t.p,
          t.trend.slope().mean(),
          t.trend.slope().low(),
          t.trend.slope().high(),
          Words.of(t.direction));
    }
    return table.build();
  }

  /**
   * Trends that are told and not tested: of the share by every single metric, and of the mean per
   * parameter beside shuffled gradients.
   */
  static Table told(Sweep sweep) {
    Table.Builder table =
        Table.of(
            "trends-not-tested",
            "network",
            "score",
            "of",
            "at_least_d",
            "at_most_d",
            "tau",
            "power_of_d",
            "power_low",
            "power_high");
    for (String network : sweep.networks()) {
      for (Normalisation n : Normalisation.values()) {
        for (int m = 0; m < CellTables.METRICS.size(); m++) {
          int metric = m;
          String of = "share by " + CellTables.METRICS.get(m);
          told(table, sweep, network, n, of, r -> GroupScores.last(r).share(metric, n));
        }
      }
      told(
          table,
          sweep,
          network,
          Normalisation.MEAN,
          Against.SHUFFLED.words(),
          Against.SHUFFLED.reading(Normalisation.MEAN));
    }
    return table.build();
  }

  private static void told(
      Table.Builder table,
      Sweep sweep,
      String network,
      Normalisation normalisation,
      String of,
      ToDoubleFunction<CellResult> reading) {
    SeedTrend trend = SeedTrend.of(sweep.axis(), sweep.bySeed(network, reading));
    table.row(
        network,
        normalisation.words(),
        of,
        sweep.interval(network, sweep.least(), reading).mean(),
        sweep.interval(network, sweep.most(), reading).mean(),
        trend.tau(),
        trend.slope().mean(),
        trend.slope().low(),
        trend.slope().high());
  }
}
