package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.OperatorRule;
import java.util.Arrays;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Rules made from functions. */
final class Elementwise {
  private Elementwise() {}

  /** One input, no attributes. */
  static OperatorRule unary(UnaryOperator<NDArray> function) {
    return bound(node -> function);
  }

  /**
   * One input.
   *
   * @param reader reads the attributes
   */
  static OperatorRule bound(Function<Node, UnaryOperator<NDArray>> reader) {
    return (node, context) -> {
      Values.arity(node, 1, 1, 1);
      UnaryOperator<NDArray> function = reader.apply(node);
      return (inputs, pass) -> new NDList(function.apply(inputs.get(0)));
    };
  }

  /** Two inputs, broadcast. */
  static OperatorRule binary(BinaryOperator<NDArray> function) {
    return (node, context) -> {
      Values.arity(node, 2, 2, 1);
      if (node.intAttribute("broadcast", 0) != 0) {
        throw Values.declined(node, "broadcasts as before operator set 7; convert the model");
      }
      return (inputs, pass) -> {
        NDArray a = inputs.get(0);
        NDArray b = inputs.get(1);
        fit(node, a, b);
        return new NDList(function.apply(a, b));
      };
    };
  }

  /** One input or more, broadcast and folded from the left. */
  static OperatorRule variadic(BinaryOperator<NDArray> function) {
    return (node, context) -> {
      Values.arity(node, 1, Integer.MAX_VALUE, 1);
      return (inputs, pass) -> {
        NDArray folded = inputs.get(0);
        for (int i = 1; i < inputs.size(); i++) {
          fit(node, folded, inputs.get(i));
          folded = function.apply(folded, inputs.get(i));
        }
        return new NDList(folded);
      };
    };
  }

  private static void fit(Node node, NDArray a, NDArray b) {
    long[] x = Values.dims(a);
    long[] y = Values.dims(b);
    if (!Arrays.equals(x, y)) {
      Values.broadcast(node, x, y);
    }
  }
}
