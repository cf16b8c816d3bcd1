package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.pt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;

/** Limits to a range; its bounds are attributes before operator set 11, inputs from then on. */
final class ClipRule implements OperatorRule {
  @Override
  public Operation bind(Node node, Context context) {
    Values.arity(node, 1, 3, 1);
    boolean attributes = context.opset() < 11;
    float low = node.floatAttribute("min", Float.NEGATIVE_INFINITY);
    float high = node.floatAttribute("max", Float.POSITIVE_INFINITY);
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      if (attributes) {
        return new NDList(JniUtils.clip(pt(x), low, high));
      }
      NDArray min = Values.input(inputs, 1);
      NDArray max = Values.input(inputs, 2);
      if (Values.isFloat(x)) {
        double from = min == null ? Double.NEGATIVE_INFINITY : Values.number(min);
        double to = max == null ? Double.POSITIVE_INFINITY : Values.number(max);
        return new NDList(JniUtils.clip(pt(x), from, to));
      }
      NDArray above = min == null ? x : x.maximum(min);
      return new NDList(max == null ? above : above.minimum(max));
    };
  }

  @Override
  public Use use(Node node, int input) {
    return input == 0 ? Use.TRAINED : Use.FIXED;
  }
}
