package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Operators that count places along one axis: that axis is never cut, the others pass. */
final class OrderRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("ArgMax", "ArgMin", "CumSum", "TopK");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().getFirst());
    Optional<Long> named = named(node, axes);
    if (named.isEmpty()) {
      return Optional.of("which axis it runs over is computed");
    }
    int along = Axis.of(named.get(), x.length);
    axes.fix(x[along]);
    List<int[]> result = new ArrayList<>(Arrays.asList(x));
    if (node.operator().equals("TopK")) {
      result.set(along, axes.fixed(axes.shape(node.output())[along]));
    } else if (node.operator().startsWith("Arg")) {
      result.set(along, axes.fixed(1));
      if (node.intAttribute("keepdims", 1) == 0) {
        result.remove(along);
      }
    }
    for (String output : node.outputs()) {
      axes.put(output, result.toArray(int[][]::new));
    }
    return Optional.empty();
  }

  private static Optional<Long> named(Node node, Axes axes) {
    return switch (node.operator()) {
      case "CumSum" -> axes.ints(node.inputs().get(1)).map(axis -> axis[0]);
      case "TopK" -> Optional.of(node.intAttribute("axis", -1));
      default -> Optional.of(node.intAttribute("axis", 0));
    };
  }
}
