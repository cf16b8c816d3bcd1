package dev.espalier.pruner.plan;

import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Traced;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Puts all units into one order of removal and takes its shortest beginning that meets the target:
 * without the last unit taken, the target is not met. The unit with the highest score of each group
 * stays. Ties go by group, then by unit, so that equal inputs give equal plans.
 */
public final class Planner {
  private record Removal(int group, int unit, double time) {}

  private Planner() {}

  /**
   * @throws PlanException where the target cannot be met; names how much can be
   */
  public static PruningPlan plan(
      Traced traced, ChannelScore score, Allocation allocation, Target target) {
    DependencyGraph graph = traced.graph();
    double[][] scores = new double[graph.groups().size()][];
    for (int g = 0; g < scores.length; g++) {
      scores[g] = score.scores(traced, g);
    }
    ParameterCount count = new ParameterCount(traced.model(), graph);
    long before = count.total();
    double most = mostParameters(target, before);
    List<List<Integer>> removed = new ArrayList<>();
    graph.groups().forEach(group -> removed.add(new ArrayList<>()));
    for (Removal removal : order(graph, scores, allocation.times(graph, scores))) {
      if (count.total() <= most) {
        break;
      }
      count.remove(removal.group);
      removed.get(removal.group).add(removal.unit);
    }
    if (count.total() > most) {
      throw new PlanException(unreachable(target, before, count.total()));
    }
    int[][] units =
        removed.stream()
            .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new);
    return PruningPlan.of(traced.model(), graph, units);
  }

  private static double mostParameters(Target target, long before) {
    return switch (target) {
      case Target.Parameters parameters -> before - parameters.share() * before;
    };
  }

  private static List<Removal> order(DependencyGraph graph, double[][] scores, double[][] times) {
    List<Removal> order = new ArrayList<>();
    for (int g = 0; g < scores.length; g++) {
      int[] ascending = Allocations.ascending(scores[g]);
      Group group = graph.groups().get(g);
      for (int j = 0; j < group.units() - 1; j++) {
        order.add(new Removal(g, ascending[j], times[g][ascending[j]]));
      }
    }
    order.sort(
        Comparator.comparingDouble(Removal::time)
            .thenComparingInt(Removal::group)
            .thenComparingInt(Removal::unit));
    return order;
  }

  private static String unreachable(Target target, long before, long least) {
    return switch (target) {
      case Target.Parameters parameters ->
          String.format(
              Locale.ROOT,
              "parameters_share = %s of %d parameters cannot be removed: at most %.6f (%d) can, with"
                  + " one unit left in every group; ask for less, or see what is declined",
              parameters.share(),
              before,
              before == 0 ? 0 : Math.floor(1e6 * (1 - (double) least / before)) / 1e6,
              before - least);
    };
  }
}
