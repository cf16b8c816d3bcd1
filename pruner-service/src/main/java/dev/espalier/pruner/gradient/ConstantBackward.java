package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Set;

/** Steps and what depends on shapes alone: the derivative is 0 wherever there is one. */
final class ConstantBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of(
        "Floor", "Ceil", "Round", "Sign", "Hardmax", "ConstantOfShape", "Shape", "Size", "EyeLike");
  }

  @Override
  public void backward(Node node, Tape tape) {}
}
