package dev.espalier.experiment.pendulum;

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
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What the groups weigh while the agent learns: encoder against coupling groups, and shifts. */
record GroupFindings(List<Verdict> verdicts, Section section) {
  /** Share of the importance that must pass between groups for it to count as a shift. */
  static final double SHIFT = 0.1;

  static GroupFindings of(List<CellResult> results) {
    List<GroupHistory> seeds =
        results.stream()
            .filter(
                result ->
                    result.cell().get(PendulumExperiment.COMPONENT).equals(PendulumExperiment.NONE))
            .map(result -> GroupHistory.of(result.table("importance")))
            .toList();
    Section section =
        new Section(
            "Groups over training",
            "Importance of a component is the sum over the groups that lie in it alone; a coupling"
                + " group is tied to several components. Mean over seeds.",
            List.of(chart(seeds)),
            List.of(encoderTable(seeds)));
    return new GroupFindings(List.of(encoder(seeds), shift(seeds)), section);
  }

  private static Verdict encoder(List<GroupHistory> seeds) {
    String numbers =
        GroupHistory.METRICS.stream()
            .map(metric -> metric.replace('_', ' ') + ": " + standing(seeds, metric))
            .collect(Collectors.joining("; "));
    return new Verdict(
        "The encoder ranks above the coupling groups by the mean per parameter, in every metric and"
            + " their combination.",
        Outcomes.together(
            GroupHistory.METRICS.stream().map(metric -> above(seeds, metric)).toList()),
        "Share of the epochs in which the best encoder group is above the best coupling group (mean"
            + " over seeds, 95 %): "
            + numbers
            + ".");
  }

  /** In most epochs, and at the end in all seeds. */
  private static Outcome above(List<GroupHistory> seeds, String metric) {
    Outcome most = Outcomes.above(over(seeds, seed -> seed.encoderAbove(metric, true)), 0.5);
    boolean last = seeds.stream().allMatch(seed -> seed.lastRatio(metric, true) > 1);
    return most == Outcome.CONFIRMED && !last ? Outcome.OPEN : most;
  }

  private static String standing(List<GroupHistory> seeds, String metric) {
    return Words.of(over(seeds, seed -> seed.encoderAbove(metric, true)), 2)
        + Words.of(
            ", at the end in %d of %d seeds",
            seeds.stream().filter(seed -> seed.lastRatio(metric, true) > 1).count(), seeds.size());
  }

  private static Verdict shift(List<GroupHistory> seeds) {
    Interval moved = over(seeds, seed -> seed.moved(0, seed.epochs().size() - 1));
    Interval step = over(seeds, GroupHistory::movedAnEpoch);
    double[] taus =
        seeds.stream()
            .map(
                seed ->
                    RankStability.tau(
                        seed.importance(0), seed.importance(seed.epochs().size() - 1)))
            .filter(tau -> tau.isPresent())
            .mapToDouble(tau -> tau.getAsDouble())
            .toArray();
    return new Verdict(
        Words.of(
            "Importance shifts while the agent learns: more than %.0f %% of it passes from some"
                + " groups to others between the first episode and the last.",
            100 * SHIFT),
        Outcomes.above(moved, SHIFT),
        Words.of(
            "Share that passed (mean over seeds, 95 %%): %s; in one episode of the second half:"
                + " %s.%s",
            Words.of(moved, 3),
            Words.of(step, 3),
            taus.length == 0
                ? ""
                : " Kendall's tau of the first and the last ranking: "
                    + Words.of(Interval.of(taus), 2)
                    + "."));
  }

  private static Table encoderTable(List<GroupHistory> seeds) {
    Table.Builder table =
        Table.of(
            "encoder-against-coupling",
            "metric",
            "of_the_groups",
            "share_of_epochs_above",
            "low",
            "high",
            "ratio_at_the_end",
            "ratio_low",
            "ratio_high");
    for (String metric : GroupHistory.METRICS) {
      for (boolean best : new boolean[] {true, false}) {
        Interval share = over(seeds, seed -> seed.encoderAbove(metric, best));
        Interval ratio = over(seeds, seed -> seed.lastRatio(metric, best));
        table.row(
            metric,
            best ? "best" : "mean",
            share.mean(),
            share.low(),
            share.high(),
            ratio.mean(),
            ratio.low(),
            ratio.high());
      }
    }
    return table.build();
  }

  private static Chart chart(List<GroupHistory> seeds) {
    int epochs = seeds.getFirst().epochs().size();
    List<Chart.Line> lines = new ArrayList<>();
    for (String component : seeds.getFirst().byComponent(0).keySet()) {
      LineOf line = new LineOf();
      for (int epoch = 0; epoch < epochs; epoch++) {
        int at = epoch;
        line.add(epoch + 1, over(seeds, seed -> seed.byComponent(at).get(component)));
      }
      lines.add(line.named(component.isEmpty() ? "coupling" : component));
    }
    return new Chart.Lines(
        "pendulum-importance",
        "Importance of components and coupling groups",
        Chart.Axis.of("episode"),
        Chart.Axis.of("importance (share)"),
        lines);
  }

  private static Interval over(List<GroupHistory> seeds, ToDoubleFunction<GroupHistory> value) {
    return Interval.of(seeds.stream().mapToDouble(value).toArray());
  }
}
