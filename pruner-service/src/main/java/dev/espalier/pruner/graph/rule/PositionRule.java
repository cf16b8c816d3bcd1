package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Operators that compute with positions on an axis, which is therefore fixed. */
final class PositionRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("OneHot", "Trilu", "EyeLike", "NonZero", "Range");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] in = axes.of(node.inputs().getFirst());
    switch (node.operator()) {
      case "OneHot" -> {
        long[] shape = axes.shape(node.output());
        int at = Axis.of(node.intAttribute("axis", -1), shape.length);
        List<int[]> out = new ArrayList<>(List.of(in));
        out.add(at, axes.fixed(shape[at]));
        axes.fix(node.inputs().subList(1, node.inputs().size()));
        axes.put(node.output(), out.toArray(int[][]::new));
      }
      case "Trilu" -> {
        axes.fix(in[in.length - 2]);
        axes.fix(in[in.length - 1]);
        axes.put(node.output(), in);
      }
      default -> {
        axes.fix(node.inputs());
        axes.put(node.output(), axes.fixed(axes.shape(node.output())));
      }
    }
    return Optional.empty();
  }
}
