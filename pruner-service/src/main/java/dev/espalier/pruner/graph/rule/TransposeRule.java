package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Optional;
import java.util.Set;

/** Transpose: the axes in another order, by default the reverse. */
final class TransposeRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("Transpose");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] in = axes.of(node.inputs().getFirst());
    int[][] out = new int[in.length][];
    long[] order = node.intsAttribute("perm");
    for (int axis = 0; axis < in.length; axis++) {
      out[axis] = in[order.length == 0 ? in.length - 1 - axis : (int) order[axis]];
    }
    axes.put(node.output(), out);
    return Optional.empty();
  }
}
