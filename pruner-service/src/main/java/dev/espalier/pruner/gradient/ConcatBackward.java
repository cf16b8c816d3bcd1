package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Set;

/** Concat: each input has its part of the gradient. */
final class ConcatBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Concat");
  }

  @Override
  public void backward(Node node, Tape tape) {
    String dy = tape.gradient(node);
    long[] whole = tape.shape(node.output());
    int axis = Tape.axis(node.intAttribute("axis", 0), whole.length);
    long start = 0;
    for (String x : node.inputs()) {
      long length = tape.shape(x)[axis];
      if (tape.wants(x)) {
        long[] begin = new long[whole.length];
        long[] end = new long[whole.length];
        begin[axis] = -start;
        end[axis] = start + length - whole[axis];
        tape.give(x, tape.emit().pad(dy, tape.type(x), begin, end));
      }
      start += length;
    }
  }
}
