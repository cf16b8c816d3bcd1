package dev.espalier.experiment.pendulum;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.compare.Outcomes;
import dev.espalier.experiment.statistics.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** How long a smaller agent plans. */
record PlanningFindings(Verdict verdict, Section section) {

  static PlanningFindings of(List<CellResult> results) {
    List<Judged> all = Judged.of(results);
    List<Judged> whole = new ArrayList<>();
    whole.addAll(ReturnFindings.only(all, PendulumExperiment.NONE, AgentCell.CUT));
    whole.addAll(ReturnFindings.only(all, PendulumExperiment.ALL, AgentCell.CUT));
    double macs = Interval.of(whole.getFirst().each("macs")).mean();
    Table.Builder table =
        Table.of(
            "planning-time",
            "asked",
            "parameters",
            "macs_of_unpruned",
            "milliseconds",
            "unpruned_in_the_same_cells",
            "ratio",
            "low",
            "high",
            "over_self_ratio",
            "over_self_low",
            "over_self_high");
    LineOf time = new LineOf();
    LineOf work = new LineOf();
    for (Judged judged : whole) {
      Interval ratio = Interval.of(judged.planningRatios());
      Interval beyond = overSelf(judged, whole.getFirst());
      Interval share = Interval.of(judged.each("macs"));
      time.add(judged.ratio(), ratio);
      work.add(judged.ratio(), new Interval(share.mean() / macs, 0, 0, 1));
      table.row(
          judged.ratio(),
          Interval.of(judged.each("parameters")).mean(),
          share.mean() / macs,
          Interval.of(judged.each("planning_ms")).mean(),
          Interval.of(judged.each("planning_ms_unpruned")).mean(),
          ratio.mean(),
          ratio.low(),
          ratio.high(),
          beyond.mean(),
          beyond.low(),
          beyond.high());
    }
    Chart chart =
        new Chart.Lines(
            "pendulum-planning",
            "Planning time against that of the unpruned agent",
            Chart.Axis.of("share of parameters asked to go"),
            Chart.Axis.of("ratio"),
            List.of(time.named("planning time"), work.named("multiply-accumulates")));
    return new PlanningFindings(
        verdict(whole.subList(1, whole.size()), whole.getFirst()),
        new Section(
            "Planning time",
            "Median time to plan a step, as a ratio to the unpruned agent's, which is measured"
                + " around it in the same cell. Two cells run side by side, so"
                + " milliseconds say less than ratios. What the order of timing does shows where the"
                + " unpruned agent stands against itself (0): over_self_ratio is the ratio over that"
                + " one, seed by seed (geometric mean), and decides.",
            List.of(chart),
            List.of(table.build())));
  }

  private static Verdict verdict(List<Judged> cuts, Judged unpruned) {
    return new Verdict(
        Words.of(
            "An agent without %.0f %% of its parameters plans faster.",
            100 * cuts.getLast().ratio()),
        Outcomes.below(overSelf(cuts.getLast(), unpruned), 1),
        "Planning time over the unpruned agent's, by ratio (geometric mean over seeds, 95 %): "
            + cuts.stream()
                .map(cut -> cut.ratio() + ": " + Words.of(overSelf(cut, unpruned), 2))
                .collect(Collectors.joining("; "))
            + "; the unpruned agent against itself, by which these are divided: "
            + Words.of(Interval.of(unpruned.planningRatios()), 2)
            + ".");
  }

  /** A cut's ratio over the unpruned agent's against itself, as a geometric mean over the seeds. */
  private static Interval overSelf(Judged cut, Judged unpruned) {
    cut.checkSeeds(unpruned);
    double[] own = unpruned.planningRatios();
    double[] logs = cut.planningRatios();
    Arrays.setAll(logs, seed -> Math.log(logs[seed] / own[seed]));
    Interval log = Interval.of(logs);
    return new Interval(
        Math.exp(log.mean()), Math.exp(log.low()), Math.exp(log.high()), log.count());
  }
}
