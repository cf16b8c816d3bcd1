package dev.espalier.pruner.search;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.ChannelScore;
import dev.espalier.pruner.plan.PruningPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How the outputs suffer when one group is cut and the others are not.
 *
 * @param groups every group of two units or more, in the graph's order
 */
public record Sensitivity(List<OfGroup> groups) {
  /** Shares of a group's units that are tried unless others are asked for. */
  public static final List<Double> SHARES = List.of(0.1, 0.25, 0.5, 0.75, 0.9);

  /**
   * @param group the group
   * @param points a point for each share
   */
  public record OfGroup(Group group, List<Point> points) {}

  /**
   * @param share share of the units that was asked for
   * @param removedUnits units removed, at least 1 and never all
   * @param removedParameters parameters removed
   * @param error relative error of the outputs
   */
  public record Point(double share, int removedUnits, long removedParameters, double error) {}

  /** How many groups {@link #measure} measures. */
  public static int count(DependencyGraph graph) {
    return (int) graph.groups().stream().filter(group -> group.units() > 1).count();
  }

  /**
   * @param score which units of a group go first
   * @param shares of the units, each in (0, 1)
   * @param error a smaller model's relative error, such as {@link OutputError#of}
   * @param progress told how many groups are done
   * @throws java.util.concurrent.CancellationException where the thread was interrupted
   */
  public static Sensitivity measure(
      Traced traced,
      ChannelScore score,
      List<Double> shares,
      ToDoubleFunction<OnnxModel> error,
      IntConsumer progress) {
    List<OfGroup> groups = new ArrayList<>();
    for (int g = 0; g < traced.graph().groups().size(); g++) {
      Group group = traced.graph().groups().get(g);
      if (group.units() > 1) {
        double[] scores = score.scores(traced, g);
        int[] order =
            IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(unit -> scores[unit]))
                .mapToInt(Integer::intValue)
                .toArray();
        List<Point> points = new ArrayList<>();
        for (double share : shares) {
          points.add(point(traced, g, order, share, error, points));
        }
        groups.add(new OfGroup(group, points));
        progress.accept(groups.size());
      }
    }
    return new Sensitivity(groups);
  }

  private static Point point(
      Traced traced,
      int g,
      int[] order,
      double share,
      ToDoubleFunction<OnnxModel> error,
      List<Point> known) {
    int count = Math.clamp(Math.round(share * order.length), 1, order.length - 1);
    for (Point point : known) {
      if (point.removedUnits == count) {
        return new Point(share, count, point.removedParameters, point.error);
      }
    }
    int[][] removed = new int[traced.graph().groups().size()][0];
    removed[g] = Arrays.copyOf(order, count);
    PruningPlan plan = PruningPlan.of(traced.model(), traced.graph(), removed);
    double measured = error.applyAsDouble(Cuts.model(traced, removed));
    return new Point(share, count, plan.parametersBefore() - plan.parametersAfter(), measured);
  }
}
