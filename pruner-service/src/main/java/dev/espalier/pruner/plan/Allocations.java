package dev.espalier.pruner.plan;

import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The allocations that are known. */
public final class Allocations {
  private static final double STEEPNESS = 0.5;
  private static final double LEAST_WEIGHT = 0.25;
  private static final double MOST_WEIGHT = 4;

  /** Importance below this part of the largest is taken as this part of it. */
  private static final double FLOOR = 1e-6;

  private Allocations() {}

  /** The same share of every group: the j-th unit of U by score goes at time j/U. */
  public static Allocation uniform() {
    return (graph, scores) -> byRank(scores, (group, share) -> share);
  }

  /** The lowest scores over all groups, each divided by its group's mean. */
  public static Allocation global() {
    return (graph, scores) -> {
      double[][] times = new double[scores.length][];
      for (int g = 0; g < scores.length; g++) {
        double mean = Arrays.stream(scores[g]).average().orElse(0);
        times[g] = Arrays.stream(scores[g]).map(score -> mean > 0 ? score / mean : 0).toArray();
      }
      return times;
    };
  }

  /**
   * The less important a group, the more of it goes. At time t the share removed of group g is
   * {@code r_g(t) = 1 - (1 - t)^w_g}: a group of weight w fades as fast as w groups of weight 1 one
   * after the other, none is emptied before the end, and equal importance gives {@link #uniform}.
   * {@code w_g = clamp((geometric mean of importance / importance_g)^0.5, 1/4, 4)}; the j-th unit
   * of U by score goes at {@code t = 1 - (1 - j/U)^(1/w_g)}.
   *
   * @param importance by group id, each finite and at least 0
   */
  public static Allocation byImportance(Map<String, Double> importance) {
    return (graph, scores) -> {
      double[] weight = weights(graph, importance);
      return byRank(scores, (group, share) -> 1 - Math.pow(1 - share, 1 / weight[group]));
    };
  }

  static double[] weights(DependencyGraph graph, Map<String, Double> importance) {
    List<Group> groups = graph.groups();
    double[] logarithm = new double[groups.size()];
    double largest = 0;
    for (Group group : groups) {
      Double value = importance.get(group.id());
      if (value == null || !Double.isFinite(value) || value < 0) {
        throw new PlanException(
            "importance of group \""
                + group.id()
                + "\" = "
                + value
                + ": not finite and at least 0");
      }
      largest = Math.max(largest, value);
    }
    for (int g = 0; g < logarithm.length; g++) {
      double value = Math.max(importance.get(groups.get(g).id()), FLOOR * largest);
      logarithm[g] = largest > 0 ? Math.log(value) : 0;
    }
    double mean = Arrays.stream(logarithm).average().orElse(0);
    return Arrays.stream(logarithm)
        .map(l -> Math.clamp(Math.exp(STEEPNESS * (mean - l)), LEAST_WEIGHT, MOST_WEIGHT))
        .toArray();
  }

  /** When a unit goes, by the share of its group that has gone with it. */
  private interface Time {
    double at(int group, double share);
  }

  private static double[][] byRank(double[][] scores, Time time) {
    double[][] times = new double[scores.length][];
    for (int g = 0; g < scores.length; g++) {
      int[] order = ascending(scores[g]);
      times[g] = new double[order.length];
      for (int j = 0; j < order.length; j++) {
        times[g][order[j]] = time.at(g, (j + 1.0) / order.length);
      }
    }
    return times;
  }

  /** Positions by rising value; equal values keep their order. */
  static int[] ascending(double[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted((a, b) -> Double.compare(values[a], values[b]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
