package dev.espalier.trainer.network;

import ai.djl.ndarray.NDList;
import dev.espalier.onnx.Node;

/** {@code y = x} where x is above 0, else {@code alpha * (exp(x) - 1)}. */
final class EluRule implements OperatorRule {
  @Override
  public Operation bind(Node node) {
    OperatorRules.arity(node, 1, 1);
    float alpha = node.floatAttribute("alpha", 1f);
    return (inputs, pass) -> new NDList(inputs.get(0).getNDArrayInternal().elu(alpha));
  }
}
