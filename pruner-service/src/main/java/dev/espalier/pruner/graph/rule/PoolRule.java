package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Optional;
import java.util.Set;

/** Pooling over windows or over all of space, each channel of [N, C, ...] by itself. */
final class PoolRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of(
        "AveragePool", "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool", "LpPool", "MaxPool");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    if (node.outputs().size() > 1 && !node.outputs().get(1).isEmpty()) {
      return Optional.of("its second output counts positions through all channels");
    }
    int[][] x = axes.of(node.inputs().getFirst());
    axes.put(node.output(), Spatial.made(axes, node, x, x[1]));
    return Optional.empty();
  }
}
