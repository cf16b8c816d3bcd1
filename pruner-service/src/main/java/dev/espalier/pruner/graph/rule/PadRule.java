package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Optional;
import java.util.Set;

/**
 * Padding. With a constant, what is added to an axis is never cut and what was there passes; an
 * axis that is cropped, or padded with copies of its own elements, is never cut.
 */
final class PadRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("Pad");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().getFirst());
    Optional<long[]> pads =
        node.input(1).isPresent()
            ? axes.ints(node.inputs().get(1))
            : Optional.of(node.intsAttribute("pads"));
    Optional<long[]> named = Axis.integers(node, "", 3, axes);
    if (pads.isEmpty() || named.isEmpty()) {
      return Optional.of("how much it pads is computed");
    }
    int[] padded = node.input(3).isPresent() ? Axis.of(named.get(), x.length) : Axis.all(x.length);
    axes.fix(node.inputs().subList(1, node.inputs().size()));
    int[][] result = x.clone();
    for (int i = 0; i < padded.length; i++) {
      long before = pads.get()[i];
      long after = pads.get()[i + padded.length];
      if (before != 0 || after != 0) {
        result[padded[i]] = pad(node, axes, padded[i], before, after);
      }
    }
    axes.put(node.output(), result);
    return Optional.empty();
  }

  private static int[] pad(Node node, Axes axes, int axis, long before, long after) {
    int[] x = axes.of(node.inputs().getFirst())[axis];
    boolean adds = before >= 0 && after >= 0;
    if (!adds || !node.stringAttribute("mode", "constant").equals("constant")) {
      axes.fix(x);
    }
    int length = Math.toIntExact(axes.shape(node.output())[axis]);
    if (axes.isFixed(x)) {
      return axes.fixed(length);
    }
    int[] padded = new int[length];
    System.arraycopy(x, 0, padded, Math.toIntExact(before), x.length);
    return padded;
  }
}
