package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Optional;
import java.util.Set;

/** Local response normalisation runs over a window of neighbouring channels: never cut. */
final class LrnRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("LRN");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().getFirst());
    axes.fix(x[1]);
    axes.put(node.output(), x);
    return Optional.empty();
  }
}
