package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Split: the gradients of the parts one after the other, zeros where a part has none. */
final class SplitBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Split");
  }

  @Override
  public void backward(Node node, Tape tape) {
    Emitter emit = tape.emit();
    String x = node.inputs().getFirst();
    List<String> parts = new ArrayList<>();
    for (String output : node.outputs()) {
      parts.add(
          tape.gradient(output)
              .orElseGet(() -> emit.expand(tape.number(x, 0), tape.shape(output))));
    }
    int axis = Tape.axis(node.intAttribute("axis", 0), tape.rank(x));
    tape.give(x, emit.node("Concat", parts, Map.of("axis", axis)));
  }
}
