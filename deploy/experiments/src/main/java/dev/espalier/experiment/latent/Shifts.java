package dev.espalier.experiment.latent;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.compare.Outcomes;
import dev.espalier.experiment.statistics.Interval;
import dev.espalier.importance.ranking.RankStability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** How the groups' importance moves while a network trains. */
final class Shifts {
  /** Share of the importance that must pass between groups for it to count as a shift. */
  static final double SHIFT = 0.1;

  private Shifts() {}

  /** Kendall's tau-b between the importance after the first and after the last epoch. */
  static double firstToLast(CellResult result) {
    List<String> epochs = GroupScores.epochs(result);
    return tau(result, epochs.getFirst(), epochs.getLast());
  }

  /**
   * Mean tau-b between an epoch and the next over the second half of training: how far rankings
   * wobble where they have settled; 1 where there is one epoch.
   */
  static double nextToNext(CellResult result) {
    List<String> epochs = GroupScores.epochs(result);
    int first = Math.max(1, epochs.size() / 2);
    double sum = 0;
    for (int e = first; e < epochs.size(); e++) {
      sum += tau(result, epochs.get(e - 1), epochs.get(e));
    }
    return epochs.size() > first ? sum / (epochs.size() - first) : 1;
  }

  /** What training turned of the ranking beyond that wobble; below 0 where it did. */
  static double beyondWobble(CellResult result) {
    return firstToLast(result) - nextToNext(result);
  }

  private static double tau(CellResult result, String before, String after) {
    return RankStability.tau(importance(result, before), importance(result, after)).orElse(1);
  }

  private static double[] importance(CellResult result, String epoch) {
    return GroupScores.epoch(result, epoch).importance(Normalisation.MEAN);
  }

  /**
   * How much of the importance passed from some groups to others between the first and the last
   * epoch: half the sum of |difference| of the shares (total variation), in [0, 1].
   */
  static double moved(CellResult result) {
    List<String> epochs = GroupScores.epochs(result);
    double[] before = importance(result, epochs.getFirst());
    double[] after = importance(result, epochs.getLast());
    double sum = 0;
    for (int g = 0; g < before.length; g++) {
      sum += Math.abs(after[g] - before[g]);
    }
    return sum / 2;
  }

  /** Whether the ranking turns, and whether much of the importance passes to other groups. */
  static List<Verdict> verdicts(Sweep sweep) {
    return List.of(
        verdict(
            sweep,
            "The ranking shifts during training: Kendall's tau between the first and the last epoch is"
                + " lower than between neighbouring epochs of the second half",
            "tau of first to last less that of next to next",
            Shifts::beyondWobble,
            beyond -> Outcomes.below(beyond, 0)),
        verdict(
            sweep,
            "Much of the importance shifts between the first and the last epoch: more than "
                + Math.round(100 * SHIFT)
                + " % passes from some groups to others",
            "share that passed",
            Shifts::moved,
            moved -> Outcomes.above(moved, SHIFT)));
  }

  private static Verdict verdict(
      Sweep sweep,
      String claim,
      String measured,
      ToDoubleFunction<CellResult> measure,
      Function<Interval, Outcome> judge) {
    List<Outcome> outcomes = new ArrayList<>();
    List<String> numbers = new ArrayList<>();
    for (String network : sweep.networks()) {
      Interval interval = overLatents(sweep.bySeed(network, measure));
      outcomes.add(interval.count() < Sweep.FEWEST_SEEDS ? Outcome.OPEN : judge.apply(interval));
      numbers.add("%s: %s %s".formatted(network, measured, Words.of(interval)));
    }
    return new Verdict(claim, Outcomes.together(outcomes), String.join("; ", numbers));
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
            "first_last_less_next",
            "less_low",
            "less_high",
            "passed",
            "passed_low",
            "passed_high");
    List<Chart> charts = new ArrayList<>();
    for (String network : sweep.networks()) {
      for (int latent : sweep.latents()) {
        Interval tau = sweep.interval(network, latent, Shifts::firstToLast);
        Interval beyond = sweep.interval(network, latent, Shifts::beyondWobble);
        Interval moved = sweep.interval(network, latent, Shifts::moved);
        table.row(
            network,
            latent,
            tau.mean(),
            tau.low(),
            tau.high(),
            sweep.interval(network, latent, Shifts::nextToNext).mean(),
            beyond.mean(),
            beyond.low(),
            beyond.high(),
            moved.mean(),
            moved.low(),
            moved.high());
      }
      for (int latent : new int[] {sweep.least(), sweep.most()}) {
        charts.add(chart(sweep, network, latent));
      }
    }
    return new Section(
        "Importance while the networks train",
        "The importance (mean per parameter, three metrics of equal weight) of every group after"
            + " each epoch. With five groups one exchanged pair takes 0.2 off Kendall's tau. tau_next"
            + " is the mean between neighbouring epochs of the second half: the wobble that a shift"
            + " must exceed, seed by seed. passed is the share of the importance that went from some"
            + " groups to others between the first and the last epoch.",
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
