package dev.espalier.experiment.latent;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.compare.Outcomes;
import dev.espalier.experiment.statistics.Interval;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of the change of the coupling group's share by the mean per parameter is arithmetic. The
 * measure is a thought: from the least to the greatest latent dimension every group grows as it
 * does, but the sum of the scores over each group stays. All changes are natural logarithms of the
 * share at the greatest over the share at the least latent dimension.
 *
 * @param network its name
 * @param observed change over the seeds
 * @param arithmetic what the sizes alone would make
 * @param beyond the first less the second, seed by seed
 */
record Dilution(String network, Interval observed, Interval arithmetic, Interval beyond) {
  static List<Dilution> of(Sweep sweep) {
    List<Dilution> networks = new ArrayList<>();
    for (String network : sweep.networks()) {
      List<CellResult> small = sweep.cells(network, sweep.least());
      List<CellResult> large = sweep.cells(network, sweep.most());
      double[] observed = new double[small.size()];
      double[] arithmetic = new double[small.size()];
      double[] beyond = new double[small.size()];
      for (int s = 0; s < observed.length; s++) {
        GroupScores before = GroupScores.last(small.get(s));
        GroupScores after = GroupScores.last(large.get(s));
        double share = before.share(Normalisation.MEAN);
        observed[s] = Math.log(after.share(Normalisation.MEAN) / share);
        arithmetic[s] = Math.log(before.diluted(after)[before.coupling()] / share);
        beyond[s] = observed[s] - arithmetic[s];
      }
      networks.add(
          new Dilution(
              network, Interval.of(observed), Interval.of(arithmetic), Interval.of(beyond)));
    }
    return networks;
  }

  private Outcome outcome() {
    if (beyond.count() < Sweep.FEWEST_SEEDS) {
      return Outcome.OPEN;
    }
    return Outcomes.all(Outcomes.below(observed, 0), Outcomes.below(beyond, 0));
  }

  /** What part of the fall is left, in words. */
  String left() {
    if (observed.mean() >= 0) {
      return "there is no fall";
    }
    if (beyond.mean() >= 0) {
      return "nothing of the fall is left: the sizes alone would make it as large or larger";
    }
    double part = beyond.mean() / observed.mean();
    return arithmetic.mean() >= 0
        ? "all of the fall is left: the sizes alone would make none"
        : Math.round(100 * part) + " % of the fall is left (of the logarithms)";
  }

  private String numbers() {
    return "%s: beyond the sizes a factor of %s; in all it is %s, by the sizes alone %s; %s"
        .formatted(
            network,
            Words.of(Words.factor(beyond)),
            Words.of(Math.exp(observed.mean())),
            Words.of(Math.exp(arithmetic.mean())),
            left());
  }

  static Verdict verdict(List<Dilution> networks) {
    return new Verdict(
        "The fall of the mean per parameter is more than the growth of the groups makes while the"
            + " sum over each group stays",
        Outcomes.together(networks.stream().map(Dilution::outcome).toList()),
        String.join("; ", networks.stream().map(Dilution::numbers).toList()));
  }

  static Table table(List<Dilution> networks) {
    Table.Builder table = Table.of("dilution", "network", "of", "log_change", "low", "high");
    for (Dilution d : networks) {
      row(table, d.network, "share by the mean", d.observed);
      row(table, d.network, "by the sizes alone", d.arithmetic);
      row(table, d.network, "beyond the sizes", d.beyond);
    }
    return table.build();
  }

  private static void row(Table.Builder table, String network, String of, Interval interval) {
    table.row(network, of, interval.mean(), interval.low(), interval.high());
  }
}
