package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Twin;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Divides by the norm along one axis: a sum, to which what goes adds 0. */
final class LpNormalizationRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("LpNormalization");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    axes.put(node.output(), axes.of(node.inputs().getFirst()));
    return Optional.empty();
  }

  @Override
  public void twin(Node node, Twin twin) {
    String x = node.inputs().getFirst();
    int along = Axis.of(node.intAttribute("axis", -1), twin.shape(x).length);
    twin.keep(node, Map.of(0, twin.masked(x, along)));
  }
}
