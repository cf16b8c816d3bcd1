package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Optional;
import java.util.Set;

/**
 * Expand and Tile: an axis of length 1 that is stretched is the same at every index and fixed; an
 * axis that is laid out several times over has its units as often.
 */
final class RepeatRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("Expand", "Tile");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    if (axes.ints(node.inputs().get(1)).isEmpty()) {
      return Optional.of("how often it repeats is computed from what is fed");
    }
    int[][] in = axes.of(node.inputs().getFirst());
    long[] shape = axes.shape(node.output());
    int[][] out = new int[shape.length][];
    for (int o = 0; o < out.length; o++) {
      int i = o - (out.length - in.length);
      int length = Math.toIntExact(shape[o]);
      if (i < 0) {
        out[o] = axes.fixed(length);
      } else if (in[i].length == 1) {
        axes.fix(in[i]);
        out[o] = axes.fixed(length);
      } else {
        out[o] = repeated(in[i], length);
      }
    }
    axes.put(node.output(), out);
    return Optional.empty();
  }

  private static int[] repeated(int[] axis, int length) {
    if (length == axis.length) {
      return axis;
    }
    int[] repeated = new int[length];
    for (int i = 0; i < length; i++) {
      repeated[i] = axis[i % axis.length];
    }
    return repeated;
  }

  /** A target of 1 leaves an axis as long as the input has it. */
  @Override
  public void mend(Node node, Mend mend) {
    if (node.operator().equals("Tile")) {
      return;
    }
    long[] target = mend.ints(node.inputs().get(1)).orElseThrow().clone();
    int rank = mend.shape(node.output()).length;
    boolean changed = false;
    for (int t = 0; t < target.length; t++) {
      if (target[t] != 1 && mend.cuts(node.output(), rank - target.length + t)) {
        target[t] = 1;
        changed = true;
      }
    }
    if (changed) {
      mend.ints(1, target);
    }
  }
}
