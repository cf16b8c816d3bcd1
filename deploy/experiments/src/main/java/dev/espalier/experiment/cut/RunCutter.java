package dev.espalier.experiment.cut;

import dev.espalier.experiment.TrainedRun;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.Allocations;
import dev.espalier.pruner.plan.RecordedScore;
import dev.espalier.pruner.plan.Target;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * Cuts the model that a run ended with by what the run found: the ranking's importance says how
 * much of a group goes, |sum of parameter * gradient| as recorded which of its units.
 *
 * @param traced the model
 * @param importance by group id, each finite and at least 0
 * @param taylor by group id a value a unit, each finite and at least 0
 */
public record RunCutter(
    Traced traced, Map<String, Double> importance, Map<String, double[]> taylor) {
  private static final Pruner PRUNER = new Pruner();

  public static RunCutter of(TrainedRun run) {
    return new RunCutter(
        PRUNER.analyze(run.model()), importance(run.ranking()), taylor(run.units()));
  }

  /** The same run, but what it found to matter most goes first. */
  public RunCutter turned() {
    Map<String, Double> groups = new LinkedHashMap<>();
    importance.forEach((group, value) -> groups.put(group, value > 0 ? 1 / value : 1e12));
    Map<String, double[]> units = new LinkedHashMap<>();
    taylor.forEach(
        (group, values) -> {
          double most = Arrays.stream(values).max().orElse(0);
          units.put(group, Arrays.stream(values).map(value -> most - value).toArray());
        });
    return new RunCutter(traced, groups, units);
  }

  /**
   * @throws dev.espalier.pruner.plan.PlanException where the target cannot be met, or the run
   *     recorded nothing of a group's units
   * @throws dev.espalier.pruner.verify.VerificationException where the smaller model is not its
   *     masked twin's equal
   */
  public Pruner.Result cut(Target target) {
    Pruner.Order order =
        new Pruner.Order(
            target, Allocations.byImportance(importance), new RecordedScore("taylor", taylor));
    return PRUNER.prune(traced, order, stage -> {});
  }

  private static Map<String, Double> importance(Ranking ranking) {
    Map<String, Double> importance = new LinkedHashMap<>();
    for (GroupImportance group : ranking.getGroupsList()) {
      importance.put(group.getGroupId(), group.getImportance());
    }
    return importance;
  }

  /** Stretches of a group follow one another. */
  static Map<String, double[]> taylor(List<UnitEvidence> units) {
    Map<String, double[]> taylor = new HashMap<>();
    for (UnitEvidence stretch : units) {
      double[] values = stretch.getTaylorList().stream().mapToDouble(x -> x).toArray();
      taylor.merge(
          stretch.getGroupId(),
          values,
          (a, b) -> DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray());
    }
    return taylor;
  }
}
