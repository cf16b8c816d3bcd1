package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Twin;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Softmax over one axis; before operator set 13 over all axes from there on, taken together. What
 * goes has probability 0 in the twin, and what stays shares the rest: approximate.
 */
final class SoftmaxRule implements OperatorRule {
  private static final int ONE_AXIS = 13;

  @Override
  public Set<String> operators() {
    return Set.of("Softmax", "LogSoftmax");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().getFirst());
    for (int axis : over(node, x.length, axes.opset())) {
      axes.approximate(node, x[axis], LayerNormalizationRule.REASON);
    }
    axes.put(node.output(), x);
    return Optional.empty();
  }

  @Override
  public void twin(Node node, Twin twin) {
    String x = node.inputs().getFirst();
    int[] over = over(node, twin.shape(x).length, twin.opset());
    twin.keep(node, Map.of(0, twin.masked(x, Double.NEGATIVE_INFINITY, over)));
  }

  private static int[] over(Node node, int rank, long opset) {
    if (opset >= ONE_AXIS) {
      return new int[] {Axis.of(node.intAttribute("axis", -1), rank)};
    }
    // All axes may be on the left of the matrix: then axis is the rank.
    long axis = node.intAttribute("axis", 1);
    return IntStream.range(axis == rank ? rank : Axis.of(axis, rank), rank).toArray();
  }
}
