package dev.espalier.pruner.report;

import dev.espalier.pruner.Pruner.Cost;
import dev.espalier.pruner.Pruner.Result;
import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.plan.Target;
import dev.espalier.pruner.verify.Verification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes down what a pruning did. */
public final class Reports {
  private Reports() {}

  /**
   * @param graph the groups of the model that was cut
   * @param result what came of the cut
   * @param target what was asked for
   * @param importance what decided each group's share, by group id; empty where nothing did
   * @param bytesBefore size of the model's file
   * @param bytesAfter size of the smaller model's file
   */
  public static Report of(
      DependencyGraph graph,
      Result result,
      Target target,
      Map<String, Double> importance,
      long bytesBefore,
      long bytesAfter,
      Report.Provenance provenance) {
    List<Report.GroupCut> groups = new ArrayList<>();
    for (Group group : graph.groups()) {
      groups.add(
          new Report.GroupCut(
              group.id(),
              group.coupling() ? "coupling" : "component",
              group.components(),
              group.units(),
              result.plan().kept(graph, groups.size()),
              importance.get(group.id())));
    }
    Verification verification = result.verification();
    return new Report(
        size(result.before(), bytesBefore),
        size(result.after(), bytesAfter),
        new Report.TargetReached(
            target instanceof Target.Parameters p ? p.share() : Double.NaN, result.plan().share()),
        groups,
        result.kept().byInitializer(),
        new Report.Verified(
            verification.maxAbsolute(),
            verification.maxRelative(),
            verification.exact(),
            verification.approximateBecause(),
            verification.inputs()),
        graph.declined(),
        provenance);
  }

  private static Report.Size size(Cost cost, long bytes) {
    return new Report.Size(cost.parameters(), cost.macs(), bytes, cost.latencyMs());
  }
}
