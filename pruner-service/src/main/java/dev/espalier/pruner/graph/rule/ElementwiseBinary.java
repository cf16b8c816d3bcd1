package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Optional;
import java.util.Set;

/** Operators of two inputs, element by element under broadcasting: what lines up is tied. */
final class ElementwiseBinary implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("Add");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] a = axes.of(node.inputs().get(0));
    int[][] b = axes.of(node.inputs().get(1));
    axes.put(node.output(), axes.broadcast(a, b));
    return Optional.empty();
  }
}
