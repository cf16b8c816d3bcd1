package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Flatten: the axes before {@code axis} become one, those from it on another. */
final class FlattenRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("Flatten");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    List<int[]> in = List.of(axes.of(node.inputs().getFirst()));
    long axis = node.intAttribute("axis", 1);
    int at = axis == in.size() ? in.size() : Axis.of(axis, in.size());
    axes.put(
        node.output(),
        new int[][] {axes.merge(in.subList(0, at)), axes.merge(in.subList(at, in.size()))});
    return Optional.empty();
  }
}
