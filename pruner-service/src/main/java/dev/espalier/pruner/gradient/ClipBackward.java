package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Clip: the gradient passes where the input lies within the bounds, these included. */
final class ClipBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("Clip");
  }

  @Override
  public void backward(Node node, Tape tape) {
    tape.without(node, 1);
    tape.without(node, 2);
    Emitter emit = tape.emit();
    String x = node.inputs().getFirst();
    String gradient = tape.gradient(node);
    for (Optional<String> outside :
        List.of(
            node.input(1).map(lower -> emit.node("Less", x, lower)),
            node.input(2).map(upper -> emit.node("Greater", x, upper)))) {
      if (outside.isPresent()) {
        gradient = emit.node("Where", outside.get(), tape.number(x, 0), gradient);
      }
    }
    tape.give(x, gradient);
  }
}
