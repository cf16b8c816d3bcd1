package dev.espalier.experiment.latent;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.statistics.Interval;
import dev.espalier.importance.ranking.RankStability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How the groups' importance moves while a network trains. */
final class Shifts {
  private Shifts() {}

  /** Kendall's tau-b between the importance after the first and after the last epoch. */
  static double firstToLast(CellResult result) {
    List<String> epochs = GroupScores.epochs(result);
    return tau(result, epochs.getFirst(), epochs.getLast());
  }

  /** Mean tau-b between each epoch and the next; 1 where there is one epoch. */
  static double nextToNext(CellResult result) {
    List<String> epochs = GroupScores.epochs(result);
    double sum = 0;
    for (int e = 1; e < epochs.size(); e++) {
      sum += tau(result, epochs.get(e - 1), epochs.get(e));
    }
    return epochs.size() < 2 ? 1 : sum / (epochs.size() - 1);
  }

  private static double tau(CellResult result, String before, String after) {
    return RankStability.tau(importance(result, before), importance(result, after)).orElse(1);
  }

  private static double[] importance(CellResult result, String epoch) {
    return GroupScores.epoch(result, epoch).importance(Normalisation.MEAN);
  }

  /** The largest change of a group's share from the first to the last epoch, without its sign. */
  static double largestChange(CellResult result) {
    List<String> epochs = GroupScores.epochs(result);
    double[] before = importance(result, epochs.getFirst());
    double[] after = importance(result, epochs.getLast());
    double largest = 0;
    for (int g = 0; g < before.length; g++) {
      largest = Math.max(largest, Math.abs(after[g] - before[g]));
    }
    return largest;
  }

  static Verdict verdict(Sweep sweep) {
    List<Outcome> outcomes = new ArrayList<>();
    List<String> numbers = new ArrayList<>();
    for (String network : sweep.networks()) {
      Interval tau = overLatents(sweep.bySeed(network, Shifts::firstToLast));
      Interval change = overLatents(sweep.bySeed(network, Shifts::largestChange));
      outcomes.add(
          tau.count() < Sweep.FEWEST_SEEDS
              ? Outcome.OPEN
              : tau.high() < 1 ? Outcome.CONFIRMED : Outcome.NOT_CONFIRMED);
      numbers.add(
          "%s: Kendall's tau between the first and the last epoch's ranking %s (1 is no change), largest change of a share %s"
              .formatted(network, Words.of(tau), Words.of(change)));
    }
    return new Verdict(
        "Importance shifts during training: the ranking at the end is not that of the first epoch",
        Words.together(outcomes),
        String.join("; ", numbers));
  }

  /** The mean over the latent dimensions, seed by seed. */
  private static Interval overLatents(List<double[]> seeds) {
    return Interval.of(
        seeds.stream().mapToDouble(seed -> Arrays.stream(seed).average().orElseThrow()).toArray());
  }

  static Section section(Sweep sweep) {
    Table.Builder table =
        Table.of(
            "shifts",
            "network",
            "latent",
            "tau_first_last",
            "low",
            "high",
            "tau_next",
            "largest_change");
    List<Chart> charts = new ArrayList<>();
    for (String network : sweep.networks()) {
      for (int latent : sweep.latents()) {
        Interval tau = sweep.interval(network, latent, Shifts::firstToLast);
        table.row(
            network,
            latent,
            tau.mean(),
            tau.low(),
            tau.high(),
            sweep.interval(network, latent, Shifts::nextToNext).mean(),
            sweep.interval(network, latent, Shifts::largestChange).mean());
      }
      for (int latent : new int[] {sweep.least(), sweep.most()}) {
        charts.add(chart(sweep, network, latent));
      }
    }
    return new Section(
        "Importance while the networks train",
        "The importance (mean per parameter, three metrics of equal weight) of every group after"
            + " each epoch. With five groups one exchanged pair takes 0.2 off Kendall's tau.",
        charts,
        List.of(table.build()));
  }

  private static Chart chart(Sweep sweep, String network, int latent) {
    List<CellResult> cells = sweep.cells(network, latent);
    List<String> epochs = GroupScores.epochs(cells.getFirst());
    double[] x = epochs.stream().mapToDouble(Double::parseDouble).toArray();
    List<String> ids = GroupScores.last(cells.getFirst()).ids();
    int coupling = GroupScores.last(cells.getFirst()).coupling();
    List<Chart.Line> lines = new ArrayList<>();
    for (int g = 0; g < ids.size(); g++) {
      int group = g;
      List<Interval> intervals =
          epochs.stream()
              .map(epoch -> sweep.interval(network, latent, r -> importance(r, epoch)[group]))
              .toList();
      lines.add(Lines.of(ids.get(g) + (g == coupling ? " (coupling)" : ""), x, intervals));
    }
    return new Chart.Lines(
        "importance-over-epochs-" + network + "-" + latent,
        "Importance of each group, " + network + ", d = " + latent,
        Chart.Axis.of("epoch"),
        Chart.Axis.of("share of the importance"),
        lines);
  }
}
