package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Twin;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Einsum of one or two operands: axes of one label are tied, those that the output lacks are summed
 * over. Of two activations, what both and the output have are heads.
 */
final class EinsumRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("Einsum");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    Equation equation = equation(node, input -> axes.of(input).length);
    if (node.inputs().size() > 2) {
      return Optional.of("it has more than two operands");
    }
    if (equation.hasDiagonal()) {
      return Optional.of("it reads a diagonal");
    }
    Map<Integer, int[]> byLabel = new HashMap<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      int[][] operand = axes.of(node.inputs().get(i));
      int[] labels = equation.operands().get(i);
      for (int axis = 0; axis < labels.length; axis++) {
        byLabel.merge(
            labels[axis],
            operand[axis],
            (a, b) -> axes.broadcast(new int[][] {a}, new int[][] {b})[0]);
      }
    }
    if (node.inputs().size() == 2 && node.inputs().stream().noneMatch(axes::isWeight)) {
      byLabel.forEach(
          (label, axis) -> {
            if (equation.everywhere(label)) {
              axes.heads(axis);
            }
          });
    }
    axes.put(
        node.output(),
        Arrays.stream(equation.output()).mapToObj(byLabel::get).toArray(int[][]::new));
    return Optional.empty();
  }

  @Override
  public void twin(Node node, Twin twin) {
    Equation equation = equation(node, input -> twin.shape(input).length);
    Map<Integer, String> masked = new HashMap<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      masked.put(i, twin.masked(node.inputs().get(i), equation.summed(i)));
    }
    twin.keep(node, masked);
  }

  @Override
  public long macs(Node node, Map<String, long[]> shapes) {
    if (node.inputs().size() < 2) {
      return 0;
    }
    Equation equation = equation(node, input -> shapes.get(input).length);
    Map<Integer, Long> lengths = new HashMap<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      long[] shape = shapes.get(node.inputs().get(i));
      int[] labels = equation.operands().get(i);
      for (int axis = 0; axis < shape.length; axis++) {
        lengths.merge(labels[axis], shape[axis], Math::max);
      }
    }
    return lengths.values().stream().reduce(1L, Math::multiplyExact);
  }

  private static Equation equation(Node node, ToIntFunction<String> rank) {
    return Equation.of(
        node.stringAttribute("equation", ""), node.inputs().stream().mapToInt(rank).toArray());
  }
}
