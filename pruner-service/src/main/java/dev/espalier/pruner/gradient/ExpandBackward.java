package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Set;

/** Expand and Tile: the gradients of all copies are summed. */
final class ExpandBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Expand", "Tile");
  }

  @Override
  public void backward(Node node, Tape tape) {
    Emitter emit = tape.emit();
    String x = node.inputs().getFirst();
    long[] from = tape.shape(node.output());
    long[] to = tape.shape(x);
    String dy = tape.gradient(node);
    if (node.operator().equals("Expand")) {
      tape.giveSummed(x, from, dy);
      return;
    }
    long[] split = new long[2 * to.length];
    int[] copies = new int[to.length];
    for (int axis = 0; axis < to.length; axis++) {
      split[2 * axis] = from[axis] / to[axis];
      split[2 * axis + 1] = to[axis];
      copies[axis] = 2 * axis;
    }
    tape.give(x, emit.reshape(emit.sum(emit.reshape(dy, split), copies), to));
  }
}
