package dev.espalier.pruner.plan;

import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Slice;
import dev.espalier.pruner.graph.Traced;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * All units that may go, in the order in which they go, a step at a time. A plan is a beginning of
 * it. A step is one unit, or as many of one group as constraints want at once. Ties go by group,
 * then by score, so that equal inputs give equal orders.
 */
public final class RemovalOrder {
  /**
   * Units that go together.
   *
   * @param group position of their group
   * @param units at least one
   * @param time when they go
   */
  public record Step(int group, int[] units, double time) {}

  private final List<Step> steps;
  private final int groups;

  private RemovalOrder(List<Step> steps, int groups) {
    this.steps = List.copyOf(steps);
    this.groups = groups;
  }

  /**
   * @throws PlanException where the constraints name an unknown group
   */
  public static RemovalOrder of(
      Traced traced, ChannelScore score, Allocation allocation, Constraints constraints) {
    DependencyGraph graph = traced.graph();
    double[][] scores = new double[graph.groups().size()][];
    for (int g = 0; g < scores.length; g++) {
      scores[g] = score.scores(traced, g);
    }
    double[][] times = allocation.times(graph, scores);
    boolean[] whole = Protection.of(graph, constraints.protectedGroups());
    List<Step> steps = new ArrayList<>();
    for (int g = 0; g < scores.length; g++) {
      if (!whole[g]) {
        addSteps(g, graph.groups().get(g), scores[g], times[g], constraints, steps);
      }
    }
    // Stable: within a group steps stay in the order of the scores.
    steps.sort(Comparator.comparingDouble(Step::time).thenComparingInt(Step::group));
    return new RemovalOrder(steps, scores.length);
  }

  private static void addSteps(
      int g, Group group, double[] scores, double[] times, Constraints constraints, List<Step> to) {
    int[] ascending = Allocations.ascending(scores);
    int block = block(group, constraints.multipleOf());
    int least = Math.max(block, (int) Math.ceil(constraints.leastKept() * group.units()));
    int first = 0;
    while (true) {
      int kept = group.units() - first;
      int size = kept % block == 0 ? block : kept % block;
      if (kept - size < least) {
        return;
      }
      int[] units = Arrays.copyOfRange(ascending, first, first + size);
      double time = 0;
      for (int unit : units) {
        time = Math.max(time, times[unit]);
      }
      to.add(new Step(g, units, time));
      first += size;
    }
  }

  /** Units that must stay in multiples so that every axis keeps a multiple of k indices. */
  static int block(Group group, int k) {
    int block = 1;
    for (Slice slice : group.slices()) {
      int each = slice.index().length / group.units();
      int own = k / gcd(k, each);
      block = block / gcd(block, own) * own;
    }
    return block;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** The steps, the first to go first. */
  public List<Step> steps() {
    return steps;
  }

  /** For each group the units that the first so many steps remove. */
  public int[][] removed(int count) {
    return removed(steps.subList(0, count));
  }

  /** For each group the units that these steps remove. */
  public int[][] removed(List<Step> taken) {
    int[] sizes = new int[groups];
    taken.forEach(step -> sizes[step.group] += step.units.length);
    int[][] removed = new int[groups][];
    for (int g = 0; g < groups; g++) {
      removed[g] = new int[sizes[g]];
    }
    int[] next = new int[groups];
    for (Step step : taken) {
      System.arraycopy(step.units, 0, removed[step.group], next[step.group], step.units.length);
      next[step.group] += step.units.length;
    }
    for (int[] units : removed) {
      Arrays.sort(units);
    }
    return removed;
  }
}
