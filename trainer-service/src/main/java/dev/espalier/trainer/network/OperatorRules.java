package dev.espalier.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** The operators that can be trained, each with its rule. */
public final class OperatorRules {
  private static final Map<String, OperatorRule> RULES =
      Map.of(
          "Add", binary(NDArray::add),
          "Concat", new ConcatRule(),
          "Elu", new EluRule(),
          "Gemm", new GemmRule(),
          "Identity", unary(x -> x),
          "MatMul", binary(NDArray::matMul),
          "Relu", unary(x -> x.getNDArrayInternal().relu()),
          "Sigmoid", unary(x -> x.getNDArrayInternal().sigmoid()),
          "Tanh", unary(NDArray::tanh));

  private OperatorRules() {}

  /**
   * @throws OnnxException where the operator has no rule, or the rule declines the node
   */
  public static Operation bind(Node node) {
    OperatorRule rule = RULES.get(node.operator());
    if (rule == null) {
      throw new OnnxException(
          "node " + node,
          "operator "
              + node.operator()
              + " cannot be trained; known are "
              + String.join(", ", new TreeMap<>(RULES).keySet()));
    }
    return rule.bind(node);
  }

  /**
   * Checks that a model can be trained, without the engine.
   *
   * @throws OnnxException where a node has no rule or an initialiser is of an unsupported type
   */
  public static void check(OnnxModel model) {
    model.nodes().forEach(OperatorRules::bind);
    model.initializers().values().forEach(Initializers::check);
  }

  private static OperatorRule unary(UnaryOperator<NDArray> function) {
    return node -> {
      arity(node, 1, 1);
      return (inputs, pass) -> new NDList(function.apply(inputs.get(0)));
    };
  }

  private static OperatorRule binary(BinaryOperator<NDArray> function) {
    return node -> {
      arity(node, 2, 2);
      return (inputs, pass) -> new NDList(function.apply(inputs.get(0), inputs.get(1)));
    };
  }

  /**
   * @throws OnnxException where the node does not have the given number of inputs and one output
   */
  static void arity(Node node, int fewest, int most) {
    int inputs = node.inputs().size();
    if (inputs < fewest || inputs > most || node.outputs().size() != 1) {
      throw new OnnxException(
          "node " + node,
          inputs + " inputs and " + node.outputs().size() + " outputs do not fit its operator");
    }
    for (int i = 0; i < fewest; i++) {
      if (node.input(i).isEmpty()) {
        throw new OnnxException("node " + node, "input " + i + " is missing");
      }
    }
  }
}
