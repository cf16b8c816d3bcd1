package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Set;
import java.util.stream.IntStream;

/** {@code dx = y (dy - sum(dy y))}, and of the logarithm {@code dx = dy - exp(y) sum(dy)}. */
final class SoftmaxBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Softmax", "LogSoftmax");
  }

  @Override
  public void backward(Node node, Tape tape) {
    Emitter emit = tape.emit();
    String y = node.output();
    String dy = tape.gradient(node);
    int[] axes = axes(node, tape);
    String gradient;
    if (node.operator().equals("Softmax")) {
      String sum = emit.sum(emit.node("Mul", dy, y), axes);
      gradient = emit.node("Mul", y, emit.node("Sub", dy, sum));
    } else {
      String spread = emit.node("Mul", emit.node("Exp", y), emit.sum(dy, axes));
      gradient = emit.node("Sub", dy, spread);
    }
    tape.give(node.inputs().getFirst(), gradient);
  }

  /** Before operator set 13 all axes from the given one on are taken as one. */
  private static int[] axes(Node node, Tape tape) {
    int rank = tape.rank(node.output());
    boolean flat = tape.emit().opset() < 13;
    int axis = Tape.axis(node.intAttribute("axis", flat ? 1 : -1), rank);
    return IntStream.range(axis, flat ? rank : axis + 1).toArray();
  }
}
