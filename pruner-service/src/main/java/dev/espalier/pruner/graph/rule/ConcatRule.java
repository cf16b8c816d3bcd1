package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Optional;
import java.util.Set;

/** Concat: one axis after the other; all other axes are tied. */
final class ConcatRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("Concat");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] result = axes.of(node.inputs().getFirst()).clone();
    int along = Axis.of(node.intAttribute("axis", 0), result.length);
    int length = 0;
    for (String input : node.inputs()) {
      int[][] part = axes.of(input);
      if (part.length != result.length) {
        return Optional.of("its inputs have different numbers of axes");
      }
      for (int axis = 0; axis < result.length; axis++) {
        if (axis != along) {
          axes.tie(result[axis], part[axis]);
        }
      }
      length = Math.addExact(length, part[along].length);
    }
    result[along] = new int[length];
    int at = 0;
    for (String input : node.inputs()) {
      int[] part = axes.of(input)[along];
      System.arraycopy(part, 0, result[along], at, part.length);
      at += part.length;
    }
    axes.put(node.output(), result);
    return Optional.empty();
  }
}
