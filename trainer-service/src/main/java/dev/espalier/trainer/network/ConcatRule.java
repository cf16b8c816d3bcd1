package dev.espalier.trainer.network;

import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;

/** Joins its inputs along an axis; an axis below 0 counts from the last. */
final class ConcatRule implements OperatorRule {
  @Override
  public Operation bind(Node node) {
    int inputs = node.inputs().size();
    OperatorRules.arity(node, inputs, inputs);
    if (inputs == 0 || node.attribute("axis").isEmpty()) {
      throw new OnnxException("node " + node, "needs inputs and the attribute axis");
    }
    int axis = Math.toIntExact(node.intAttribute("axis", 0));
    return (values, pass) -> new NDList(NDArrays.concat(values, axis));
  }
}
