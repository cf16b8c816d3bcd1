package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Optional;
import java.util.Set;

/** Operators that map each element of one input alone: the axes pass through. */
final class ElementwiseUnary implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("Relu", "Elu", "Tanh", "Sigmoid", "Identity");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    axes.put(node.output(), axes.of(node.inputs().getFirst()));
    return Optional.empty();
  }
}
