package dev.espalier.experiment.pendulum;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Findings.Verdict;
import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.compare.Contrast;
import dev.espalier.experiment.compare.Outcomes;
import dev.espalier.experiment.statistics.Interval;
import dev.espalier.importance.ranking.RankStability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What cutting one component alone costs, and whether its importance said so. */
record ComponentFindings(Verdict verdict, Section section) {

  static ComponentFindings of(List<CellResult> results, List<Judged> all, Judged unpruned) {
    List<Judged> single =
        all.stream()
            .filter(
                judged ->
                    !judged.component().equals(PendulumExperiment.NONE)
                        && !judged.component().equals(PendulumExperiment.ALL))
            .toList();
    List<ReturnLoss> losses = ReturnLoss.of(single, unpruned);
    return new ComponentFindings(
        verdict(results, losses),
        new Section(
            "Component by component",
            "An equal share of one component's parameters goes, the others stay whole; what couples"
                + " components (the latent state) cannot go so. A component's importance is summed"
                + " over its groups. What is significant is so for these agents, over starts.",
            List.of(chart(losses)),
            List.of(ReturnLoss.table("return-loss-by-component", losses))));
  }

  private static Verdict verdict(List<CellResult> results, List<ReturnLoss> losses) {
    double most = losses.stream().mapToDouble(loss -> loss.judged().ratio()).max().orElse(0);
    List<ReturnLoss> deepest =
        losses.stream().filter(loss -> loss.judged().ratio() == most).toList();
    double[] taus = taus(results, deepest);
    String worse =
        losses.stream()
            .filter(ReturnLoss::significant)
            .map(loss -> loss.judged().component() + " " + loss.judged().ratio())
            .collect(Collectors.joining(", "));
    return new Verdict(
        "The components that importance ranks lowest, summed over a component's groups, can be cut"
            + " at the least cost, where an equal share of each goes.",
        taus.length == 0 ? Outcome.OPEN : outcome(Interval.of(taus)),
        (taus.length == 0
                ? "No order to compare."
                : Words.of(
                    "Kendall's tau of importance and loss over %d components at %s (mean over %d"
                        + " seeds, 95 %%): %s.",
                    deepest.size(), most, taus.length, Words.of(Interval.of(taus), 2)))
            + " These agents play significantly worse without: "
            + (worse.isEmpty() ? "none of the shares tried" : worse)
            + ".");
  }

  /** Tau has few values: where all seeds agree on one, that is no interval. */
  private static Outcome outcome(Interval tau) {
    return tau.count() < Contrast.FEWEST_SEEDS || tau.low() == tau.high()
        ? Outcome.OPEN
        : Outcomes.above(tau, 0);
  }

  /** Of each seed where both orders are known. */
  private static double[] taus(List<CellResult> results, List<ReturnLoss> losses) {
    List<Double> taus = new ArrayList<>();
    for (CellResult result : results) {
      if (!result.cell().get(PendulumExperiment.COMPONENT).equals(PendulumExperiment.NONE)) {
        continue;
      }
      GroupHistory history = GroupHistory.of(result.table("importance"));
      Map<String, Double> importance = history.byComponent(history.epochs().size() - 1);
      long seed = result.cell().seed();
      OptionalDouble tau =
          RankStability.tau(
              losses.stream()
                  .mapToDouble(loss -> importance.get(loss.judged().component()))
                  .toArray(),
              losses.stream().mapToDouble(loss -> -mean(loss.judged(), seed)).toArray());
      tau.ifPresent(taus::add);
    }
    return taus.stream().mapToDouble(tau -> tau).toArray();
  }

  private static double mean(Judged judged, long seed) {
    return Arrays.stream(judged.returns().get(seed)).average().orElseThrow();
  }

  private static Chart chart(List<ReturnLoss> losses) {
    List<String> components =
        losses.stream().map(loss -> loss.judged().component()).distinct().toList();
    List<Chart.Bar> bars =
        losses.stream()
            .map(loss -> loss.judged().ratio())
            .distinct()
            .map(
                ratio -> {
                  LineOf bar = new LineOf();
                  losses.stream()
                      .filter(loss -> loss.judged().ratio() == ratio)
                      .forEach(loss -> bar.add(0, loss.seeds()));
                  return bar.bar(Words.of("%.0f %% removed", 100 * ratio));
                })
            .toList();
    return new Chart.Bars(
        "pendulum-components",
        "Return lost by cutting one component",
        components,
        Chart.Axis.of("return, less that of the unpruned agent"),
        bars);
  }
}
