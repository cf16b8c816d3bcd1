package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Optional;
import java.util.Set;

/**
 * Operators of one or more inputs, element by element under broadcasting: what lines up is tied.
 * Those that take any number of inputs sum or average over the inputs, not over an axis.
 */
final class Broadcasting implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of(
        "Add",
        "And",
        "BitShift",
        "BitwiseAnd",
        "BitwiseOr",
        "BitwiseXor",
        "Div",
        "Equal",
        "Greater",
        "GreaterOrEqual",
        "Less",
        "LessOrEqual",
        "Max",
        "Mean",
        "Min",
        "Mod",
        "Mul",
        "Or",
        "PRelu",
        "Pow",
        "Sub",
        "Sum",
        "Where",
        "Xor",
        "com.microsoft.BiasGelu",
        "com.microsoft.FastGelu");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] result = new int[0][];
    for (String input : node.inputs()) {
      if (!input.isEmpty()) {
        result = axes.broadcast(result, axes.of(input));
      }
    }
    axes.put(node.output(), result);
    return Optional.empty();
  }
}
