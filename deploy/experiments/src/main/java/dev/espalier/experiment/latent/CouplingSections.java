package dev.espalier.experiment.latent;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.statistics.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Figures and tables of the coupling group's share against the latent dimension. */
final class CouplingSections {
  private static final Chart.Axis LATENT = Chart.Axis.log("latent dimension d");

  private CouplingSections() {}

  /** The share and the place as the training's importance has them. */
  static Section shares(Sweep sweep) {
    Table.Builder table =
        Table.of(
            "coupling", "network", "latent", "score", "share", "low", "high", "rank", "groups");
    List<Chart> charts = new ArrayList<>();
    for (String network : sweep.networks()) {
      List<Chart.Line> lines = new ArrayList<>();
      for (Normalisation n : Normalisation.values()) {
        lines.add(line(sweep, network, n.words(), r -> GroupScores.last(r).share(n)));
        for (int latent : sweep.latents()) {
          Interval share = sweep.interval(network, latent, r -> GroupScores.last(r).share(n));
          table.row(
              network,
              latent,
              n.words(),
              share.mean(),
              share.low(),
              share.high(),
              sweep.interval(network, latent, r -> GroupScores.last(r).rank(n)).mean(),
              GroupScores.last(sweep.results().getFirst()).ids().size());
        }
      }
      for (Normalisation n : Normalisation.values()) {
        String label = n.words() + ", shuffled";
        lines.add(line(sweep, network, label, r -> Shuffled.of(r, n, "null_share")));
      }
      charts.add(
          new Chart.Lines(
              "coupling-share-" + network,
              "The coupling group's share of the importance, " + network,
              LATENT,
              Chart.Axis.of("share of the importance"),
              lines));
    }
    return new Section(
        "The coupling group's share against the latent dimension",
        "The importance after the last epoch: the mean of the group's shares by gradient"
            + " accumulation, Fisher information and Bayesian uncertainty, smoothed over batches."
            + " Intervals are 95 %, over seeds. Shuffled: the same network's gradients at the end,"
            + " shuffled across all parameters that lie in groups. Limits: every run is under the"
            + " penalty that runs have where nothing is said (relative strength 2 %, cosine"
            + " schedule), none is without it, and the coupling group's lambda peaks at the same"
            + " epoch for every d.",
        charts,
        List.of(table.build()));
  }

  /** The share at the end of training beside that of shuffled gradients. */
  static Section shuffled(Sweep sweep) {
    Table.Builder table =
        Table.of(
            "beside-shuffled",
            "network",
            "latent",
            "score",
            "share",
            "shuffled",
            "shuffled_low",
            "shuffled_high",
            "ratio",
            "ratio_low",
            "ratio_high",
            "z",
            "largest_p",
            "rank",
            "shuffled_rank_low",
            "shuffled_rank_high");
    List<Chart> charts = new ArrayList<>();
    for (String network : sweep.networks()) {
      List<Chart.Line> lines = new ArrayList<>();
      for (Normalisation n : Normalisation.values()) {
        lines.add(ratios(sweep, network, n));
        for (int latent : sweep.latents()) {
          row(table, sweep, network, latent, n);
        }
      }
      charts.add(
          new Chart.Lines(
              "coupling-ratio-" + network,
              "The coupling group's share over that of shuffled gradients, " + network,
              LATENT,
              Chart.Axis.log("share / shuffled share"),
              lines));
    }
    return new Section(
        "Beside shuffled gradients",
        "What a group scores where gradients are shuffled comes of its size alone: at a ratio of 1"
            + " the share is size and nothing else. The shuffled interval holds 95 % of the"
            + " shuffles, mean over seeds; z counts their standard deviations from their mean to"
            + " the observed share, p (the largest over seeds) is the share of shuffles as far from"
            + " it. By the mean per parameter the shuffled share is one over the number of groups at"
            + " every d by construction: the ratio repeats the share, so it is told and no claim is"
            + " tested by it; how a mean thins out where a group grows is looked at apart below."
            + " Gradients are probed on a network that stands still, where the Bayesian uncertainty"
            + " has the shares of the Fisher information: that stands for both here.",
        charts,
        List.of(table.build()));
  }

  private static void row(
      Table.Builder table, Sweep sweep, String network, int latent, Normalisation n) {
    Interval ratio = sweep.interval(network, latent, r -> Shuffled.of(r, n, "ratio"));
    double[] p = sweep.values(network, latent, r -> Shuffled.of(r, n, "p"));
    table.row(
        network,
        latent,
        n.words(),
        mean(sweep, network, latent, n, "share"),
        mean(sweep, network, latent, n, "null_share"),
        mean(sweep, network, latent, n, "null_low"),
        mean(sweep, network, latent, n, "null_high"),
        ratio.mean(),
        ratio.low(),
        ratio.high(),
        mean(sweep, network, latent, n, "z"),
        Arrays.stream(p).max().orElseThrow(),
        mean(sweep, network, latent, n, "rank"),
        mean(sweep, network, latent, n, "null_rank_low"),
        mean(sweep, network, latent, n, "null_rank_high"));
  }

  private static double mean(
      Sweep sweep, String network, int latent, Normalisation n, String column) {
    return sweep.interval(network, latent, r -> Shuffled.of(r, n, column)).mean();
  }

  /** Geometric means: a ratio and its inverse are as far from 1. */
  private static Chart.Line ratios(Sweep sweep, String network, Normalisation n) {
    List<Interval> intervals =
        Arrays.stream(sweep.latents())
            .mapToObj(
                latent ->
                    sweep.interval(network, latent, r -> Math.log(Shuffled.of(r, n, "ratio"))))
            .map(Words::factor)
            .toList();
    return Lines.of(n.words(), sweep.axis(), intervals);
  }

  private static Chart.Line line(
      Sweep sweep, String network, String label, ToDoubleFunction<CellResult> reading) {
    List<Interval> intervals =
        Arrays.stream(sweep.latents())
            .mapToObj(latent -> sweep.interval(network, latent, reading))
            .toList();
    return Lines.of(label, sweep.axis(), intervals);
  }
}
