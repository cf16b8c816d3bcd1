package dev.espalier.experiment.pendulum;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.compare.Outcomes;
import dev.espalier.experiment.statistics.Interval;
import dev.espalier.trainer.tdmpc.TdMpcSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the pruned agents are worth: cut as a whole, and after more episodes. */
record ReturnFindings(List<Verdict> verdicts, List<Section> sections) {
  /** Share of the parameters that is to go without harm. */
  private static final double GOOD_PART = 0.3;

  /** Loss that would matter, as a share of the unpruned agent's |return|. */
  private static final double MATTERS = 0.1;

  static ReturnFindings of(List<CellResult> results) {
    List<Judged> all = Judged.of(results);
    Judged unpruned = only(all, PendulumExperiment.NONE, AgentCell.CUT).getFirst();
    List<ReturnLoss> cut =
        ReturnLoss.of(only(all, PendulumExperiment.ALL, AgentCell.CUT), unpruned);
    List<Section> sections = new ArrayList<>();
    List<Judged> tuned = only(all, PendulumExperiment.NONE, AgentCell.TUNED);
    List<ReturnLoss> after =
        tuned.isEmpty()
            ? List.of()
            : ReturnLoss.of(only(all, PendulumExperiment.ALL, AgentCell.TUNED), tuned.getFirst());
    sections.add(whole(unpruned, cut, tuned.stream().findFirst(), after));
    ComponentFindings components = ComponentFindings.of(results, all, unpruned);
    sections.add(components.section());
    return new ReturnFindings(List.of(howFar(unpruned, cut), components.verdict()), sections);
  }

  static List<Judged> only(List<Judged> all, String component, String phase) {
    return all.stream()
        .filter(judged -> judged.component().equals(component) && judged.phase().equals(phase))
        .toList();
  }

  /** Not significant is not harmless: what the interval leaves open counts too. */
  private static Verdict howFar(Judged unpruned, List<ReturnLoss> cut) {
    double worth = Math.abs(Interval.of(unpruned.bySeed()).mean());
    List<ReturnLoss> good =
        cut.stream().filter(loss -> loss.judged().ratio() <= GOOD_PART).toList();
    Outcome outcome =
        good.isEmpty()
            ? Outcome.OPEN
            : Outcomes.all(
                good.stream().map(loss -> harmless(loss, worth)).toArray(Outcome[]::new));
    String first =
        cut.stream()
            .filter(ReturnLoss::significant)
            .findFirst()
            .map(
                loss ->
                    Words.of("significantly worse from a ratio of %s on", loss.judged().ratio()))
            .orElse("significantly worse at no ratio tried");
    String each =
        good.stream()
            .map(
                loss ->
                    Words.of(
                        "%s: %s over seeds, [%.1f, %.1f] over starts of these agents, p = %.2g",
                        loss.judged().ratio(),
                        Words.of(loss.seeds(), 1),
                        loss.starts().low(),
                        loss.starts().high(),
                        loss.pHolm()))
            .collect(Collectors.joining("; "));
    return new Verdict(
        Words.of(
            "%.0f %% of the agent's parameters can go without a loss of return: none that is"
                + " significant for these agents, and neither the interval over starts nor that over"
                + " seeds leaves one of %.0f %% or more open.",
            100 * GOOD_PART, 100 * MATTERS),
        outcome,
        Words.of(
            "Without further training these agents play %s (unpruned: %s). Difference by ratio (95"
                + " %%, p over %d starts after Holm): %s.",
            first, Words.of(Interval.of(unpruned.bySeed()), 1), unpruned.byStart().length, each));
  }

  /** Starts speak of these agents alone, so seeds must say the same either way. */
  private static Outcome harmless(ReturnLoss loss, double worth) {
    if (loss.significant()) {
      return loss.significantOverSeeds() ? Outcome.NOT_CONFIRMED : Outcome.OPEN;
    }
    return loss.mostLoss() < MATTERS * worth ? Outcome.CONFIRMED : Outcome.OPEN;
  }

  private static Section whole(
      Judged unpruned, List<ReturnLoss> cut, Optional<Judged> tuned, List<ReturnLoss> after) {
    List<Chart.Line> lines = new ArrayList<>();
    lines.add(line("right after the cut", unpruned, cut));
    tuned.ifPresent(start -> lines.add(line("trained on", start, after)));
    List<Table> tables = new ArrayList<>(List.of(ReturnLoss.table("return-loss", cut)));
    if (!after.isEmpty()) {
      tables.add(ReturnLoss.table("return-loss-trained-on", after));
    }
    return new Section(
        "Return of the pruned agent",
        Words.of(
            "Mean return of %d fixed starts, the same for all agents; 0 is the most. The tests pair"
                + " start by start (each averaged over seeds), so they speak of these agents; the"
                + " intervals over seeds of others. To train on is a new run from the agent's"
                + " weights: its replay is empty but for %d episodes of random actions, exploration"
                + " and the planner's horizon begin their schedules anew, and Adam is fresh. Such"
                + " agents are compared with the unpruned one that trained on as long.",
            unpruned.byStart().length, TdMpcSettings.defaults().seedEpisodes()),
        List.of(
            new Chart.Lines(
                "pendulum-return",
                "Return of the agent by share of its parameters removed",
                Chart.Axis.of("share of parameters asked to go"),
                Chart.Axis.of("mean return"),
                lines)),
        tables);
  }

  private static Chart.Line line(String label, Judged unpruned, List<ReturnLoss> losses) {
    LineOf line = new LineOf().add(0, Interval.of(unpruned.bySeed()));
    losses.forEach(loss -> line.add(loss.judged().ratio(), Interval.of(loss.judged().bySeed())));
    return line.named(label);
  }
}
