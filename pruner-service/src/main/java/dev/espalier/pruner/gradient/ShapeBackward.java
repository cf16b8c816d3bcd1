package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Set;
import java.util.stream.IntStream;

/** Operators that move elements and keep each once. */
final class ShapeBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose");
  }

  @Override
  public void backward(Node node, Tape tape) {
    Emitter emit = tape.emit();
    String x = node.inputs().getFirst();
    String dy = tape.gradient(node);
    if (!node.operator().equals("Transpose")) {
      tape.give(x, emit.reshape(dy, tape.shape(x)));
      return;
    }
    int rank = tape.rank(x);
    long[] order = node.intsAttribute("perm");
    int[] back =
        order.length == 0
            ? IntStream.range(0, rank).map(i -> rank - 1 - i).toArray()
            : new int[rank];
    for (int i = 0; i < order.length; i++) {
      back[(int) order[i]] = i;
    }
    tape.give(x, emit.transpose(dy, back));
  }
}
