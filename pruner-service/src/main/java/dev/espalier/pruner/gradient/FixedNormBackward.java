package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Set;

/** BatchNormalization with fixed statistics: a factor for each channel. */
final class FixedNormBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("BatchNormalization");
  }

  @Override
  public void backward(Node node, Tape tape) {
    if (node.intAttribute("training_mode", 0) != 0) {
      throw Tape.refuse(node, "it is in training mode; export the model for inference");
    }
    for (int position = 1; position < 5; position++) {
      tape.without(node, position);
    }
    Emitter emit = tape.emit();
    String variance = node.inputs().get(4);
    double epsilon = node.floatAttribute("epsilon", 1e-5f);
    String deviation =
        emit.node("Sqrt", emit.node("Add", variance, tape.number(variance, epsilon)));
    String factor = emit.node("Div", node.inputs().get(1), deviation);
    long[] shape = Lengths.ones(tape.rank(node.output()));
    shape[1] = tape.shape(node.output())[1];
    tape.give(
        node.inputs().get(0), emit.node("Mul", tape.gradient(node), emit.reshape(factor, shape)));
  }
}
