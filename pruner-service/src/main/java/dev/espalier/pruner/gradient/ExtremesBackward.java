package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.List;
import java.util.Set;

/** Min and Max of several inputs under broadcasting; equal inputs share the gradient. */
final class ExtremesBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Min", "Max");
  }

  @Override
  public void backward(Node node, Tape tape) {
    Emitter emit = tape.emit();
    String y = node.output();
    List<String> taken =
        node.inputs().stream().map(x -> emit.cast(emit.node("Equal", x, y), tape.type(y))).toList();
    String count = taken.stream().reduce((a, b) -> emit.node("Add", a, b)).orElseThrow();
    String share = emit.node("Div", tape.gradient(node), count);
    for (int i = 0; i < taken.size(); i++) {
      String x = node.inputs().get(i);
      if (tape.wants(x)) {
        tape.giveSummed(x, tape.shape(y), emit.node("Mul", share, taken.get(i)));
      }
    }
  }
}
