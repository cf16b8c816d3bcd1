package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.rank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.espalier.trainer.network.OperatorRule;
import java.util.Map;
import java.util.function.BiFunction;

/** Normalised exponentials. */
public final class SoftmaxRules {
  private SoftmaxRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.of(
        "Softmax", rule(NDArray::softmax),
        "LogSoftmax", rule(NDArray::logSoftmax));
  }

  /** Over one axis; before operator set 13, over it and all after it together. */
  private static OperatorRule rule(BiFunction<NDArray, Integer, NDArray> function) {
    return (node, context) -> {
      Values.arity(node, 1, 1, 1);
      boolean together = context.opset() < 13;
      long axis = node.intAttribute("axis", together ? 1 : -1);
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        if (!together) {
          return new NDList(function.apply(x, Values.axis(node, axis, rank(x))));
        }
        int at = axis == rank(x) ? rank(x) : Values.axis(node, axis, rank(x));
        return new NDList(function.apply(ShapeRules.matrix(x, at), 1).reshape(x.getShape()));
      };
    };
  }
}
