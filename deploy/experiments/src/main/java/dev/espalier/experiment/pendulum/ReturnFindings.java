package dev.espalier.experiment.pendulum;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.statistics.Interval;
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
    Outcome outcome = Outcome.DEPENDS;
    if (good.isEmpty()) {
      outcome = Outcome.OPEN;
    } else if (good.stream().anyMatch(ReturnLoss::significant)) {
      outcome = Outcome.NOT_CONFIRMED;
    } else if (good.stream().allMatch(loss -> loss.mostLoss() < MATTERS * worth)) {
      outcome = Outcome.CONFIRMED;
    }
    String first =
        cut.stream()
            .filter(ReturnLoss::significant)
            .findFirst()
            .map(
                loss ->
                    Words.of("significantly worse from a ratio of %s on", loss.judged().ratio()))
            .orElse("significantly worse at no ratio tried");
    String each =
        cut.stream()
            .map(
                loss ->
                    Words.of(
                        "%s: %s, p = %.2g",
                        loss.judged().ratio(), Words.of(loss.starts(), 1), loss.pHolm()))
            .collect(Collectors.joining("; "));
    return new Verdict(
        Words.of(
            "%.0f %% of the agent's parameters can go without a loss of return: none that is"
                + " significant, and the interval leaves none open of %.0f %% or more.",
            100 * GOOD_PART, 100 * MATTERS),
        outcome,
        Words.of(
            "Unpruned: %s over seeds. Without further training %s. Difference by ratio (mean over"
                + " seeds, 95 %% over %d starts, p after Holm): %s.",
            Words.of(Interval.of(unpruned.bySeed()), 1), first, unpruned.byStart().length, each));
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
                + " intervals over seeds of others. Agents that trained on are compared with the"
                + " unpruned one that trained on as long.",
            unpruned.byStart().length),
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
