package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Set;

/** Where: each operand has the gradient where it is taken. */
final class WhereBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Where");
  }

  @Override
  public void backward(Node node, Tape tape) {
    String condition = node.inputs().get(0);
    String dy = tape.gradient(node);
    String zero = tape.number(node.output(), 0);
    long[] shape = tape.shape(node.output());
    for (int operand = 1; operand <= 2; operand++) {
      String x = node.inputs().get(operand);
      if (tape.wants(x)) {
        String gradient =
            operand == 1
                ? tape.emit().node("Where", condition, dy, zero)
                : tape.emit().node("Where", condition, zero, dy);
        tape.giveSummed(x, shape, gradient);
      }
    }
  }
}
