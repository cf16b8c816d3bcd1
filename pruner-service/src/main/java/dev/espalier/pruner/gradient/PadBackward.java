package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Set;
import java.util.stream.IntStream;

/** Padding with a constant: what was added is cut off. */
final class PadBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Pad");
  }

  @Override
  public void backward(Node node, Tape tape) {
    tape.without(node, 2);
    String mode = node.stringAttribute("mode", "constant");
    if (!mode.equals("constant")) {
      throw Tape.refuse(node, "no gradient is known of padding in mode \"" + mode + "\"");
    }
    String x = node.inputs().getFirst();
    int rank = tape.rank(x);
    long[] pads = tape.integers(node, 1).orElseThrow(() -> Tape.refuse(node, "has no pads"));
    long[] axes = tape.integers(node, 3).orElse(IntStream.range(0, rank).asLongStream().toArray());
    long[] begin = new long[rank];
    long[] end = new long[rank];
    for (int i = 0; i < axes.length; i++) {
      int axis = Tape.axis(axes[i], rank);
      begin[axis] = -pads[i];
      end[axis] = -pads[axes.length + i];
    }
    tape.give(x, tape.emit().pad(tape.gradient(node), tape.type(x), begin, end));
  }
}
