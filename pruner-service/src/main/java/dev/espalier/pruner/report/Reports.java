package dev.espalier.pruner.report;

import dev.espalier.pruner.Pruner.Cost;
import dev.espalier.pruner.Pruner.Result;
import dev.espalier.pruner.graph.Declined;
import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.plan.Reached;
import dev.espalier.pruner.plan.Target;
import dev.espalier.pruner.verify.Verification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Writes down what a pruning did. */
public final class Reports {
  private Reports() {}

  /**
   * @param graph the groups of the model that was cut
   * @param result what came of the cut
   * @param target what was asked for and reached
   * @param importance what decided each group's share, by group id; empty where nothing did
   * @param protectedGroups ids of groups that were not to be cut
   * @param bytesBefore size of the model's file
   * @param bytesAfter size of the smaller model's file
   */
  public static Report of(
      DependencyGraph graph,
      Result result,
      Report.TargetReached target,
      Map<String, Double> importance,
      Set<String> protectedGroups,
      long bytesBefore,
      long bytesAfter,
      Report.Provenance provenance) {
    List<Report.GroupCut> groups = new ArrayList<>();
    for (Group group : graph.groups()) {
      int kept = result.plan().kept(graph, groups.size());
      groups.add(
          new Report.GroupCut(
              group.id(),
              group.coupling() ? "coupling" : "component",
              group.components(),
              group.units(),
              kept,
              importance.get(group.id()),
              group.parameters(),
              protectedGroups.contains(group.id()),
              tensors(group, kept)));
    }
    Verification verification = result.verification();
    return new Report(
        size(result.before(), bytesBefore),
        size(result.after(), bytesAfter),
        target,
        groups,
        result.kept().byInitializer(),
        new Report.Verified(
            verification.maxAbsolute(),
            verification.maxRelative(),
            verification.exact(),
            verification.approximateBecause(),
            verification.approximations().stream()
                .map(a -> new Report.ApproximateAt(a.node(), a.operator(), a.reason()))
                .toList(),
            verification.inputs()),
        graph.declined().stream().map(Reports::declined).toList(),
        provenance);
  }

  /** What was asked for, beside what came of it. */
  public static Report.TargetReached target(Target target, Result result) {
    Reached reached = result.reached();
    double share = result.plan().share();
    return switch (target) {
      case Target.Parameters t -> Report.TargetReached.parameters(t.share(), share);
      case Target.Macs t -> Report.TargetReached.macs(t.share(), reached.reached());
      case Target.Bytes t -> Report.TargetReached.bytes(t.most(), reached.reached());
      case Target.Latency t -> Report.TargetReached.latency(t.most(), reached.reached());
      case Target.Components t -> Report.TargetReached.components(components(reached), share);
      case Target.Tolerance t ->
          Report.TargetReached.tolerance(t.most(), reached.reached(), curve(reached));
    };
  }

  private static Map<String, Report.ComponentReached> components(Reached reached) {
    Map<String, Report.ComponentReached> components = new TreeMap<>();
    reached
        .components()
        .forEach(
            (name, own) ->
                components.put(name, new Report.ComponentReached(own.asked(), own.reached())));
    return components;
  }

  private static List<Report.CurvePoint> curve(Reached reached) {
    return reached.curve().stream()
        .map(
            point ->
                new Report.CurvePoint(
                    point.share(), point.parameters(), point.measured(), point.within()))
        .toList();
  }

  private static List<Report.TensorCut> tensors(Group group, int kept) {
    return group.slices().stream()
        .map(
            slice ->
                new Report.TensorCut(
                    slice.initializer(),
                    slice.axis(),
                    slice.index().length / group.units() * kept,
                    slice.index().length))
        .toList();
  }

  private static Report.DeclinedAt declined(Declined declined) {
    return new Report.DeclinedAt(
        declined.node(), declined.operator(), declined.reason(), declined.heldBack());
  }

  private static Report.Size size(Cost cost, long bytes) {
    return new Report.Size(cost.parameters(), cost.macs(), bytes, cost.latencyMs());
  }
}
