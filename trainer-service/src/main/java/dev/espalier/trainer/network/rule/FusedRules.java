package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.pt;
import static dev.espalier.trainer.network.rule.Values.scalar;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.jni.JniUtils;
import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Products and convolutions that ONNX Runtime's optimiser has joined with what follows them. */
public final class FusedRules {
  private FusedRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.of(
        "com.microsoft.FusedConv", FusedRules::conv,
        "com.microsoft.FusedGemm", FusedRules::gemm,
        "com.microsoft.FusedMatMul", FusedRules::matMul);
  }

  /** {@code activation(Conv(x, w, b) + z)}. */
  private static Operation conv(Node node, Context context) {
    Operation conv = new ConvRule(4).bind(node, context);
    List<Float> parameters =
        node.attribute("activation_params").map(AttributeProto::getFloatsList).orElse(List.of());
    UnaryOperator<NDArray> activation = activation(node, parameters);
    return (inputs, pass) -> {
      NDArray y = conv.apply(inputs, pass).get(0);
      NDArray z = Values.input(inputs, 3);
      return new NDList(activation.apply(z == null ? y : y.add(z)));
    };
  }

  private static Operation gemm(Node node, Context context) {
    Operation gemm = new GemmRule().bind(node, context);
    UnaryOperator<NDArray> activation =
        activation(
            node,
            List.of(
                node.floatAttribute("activation_alpha", 0.01f),
                node.floatAttribute("activation_beta", 0f)));
    return (inputs, pass) -> new NDList(activation.apply(gemm.apply(inputs, pass).get(0)));
  }

  /** {@code alpha * A' B'}, the last two axes of each transposed on request. */
  private static Operation matMul(Node node, Context context) {
    Values.arity(node, 2, 2, 1);
    float alpha = node.floatAttribute("alpha", 1f);
    boolean transA = node.intAttribute("transA", 0) != 0;
    boolean transB = node.intAttribute("transB", 0) != 0;
    if (node.intAttribute("transBatchA", 0) != 0 || node.intAttribute("transBatchB", 0) != 0) {
      throw Values.declined(node, "transposes batch axes, which cannot be trained");
    }
    return (inputs, pass) -> {
      NDArray a = transA ? transposed(inputs.get(0)) : inputs.get(0);
      NDArray b = transB ? transposed(inputs.get(1)) : inputs.get(1);
      NDArray product = ProductRules.product(node, a, b);
      return new NDList(alpha == 1f ? product : product.mul(scalar(product, alpha)));
    };
  }

  private static NDArray transposed(NDArray x) {
    int rank = Values.rank(x);
    return rank < 2 ? x : JniUtils.transpose(pt(x), rank - 2, rank - 1);
  }

  private static UnaryOperator<NDArray> activation(Node node, List<Float> parameters) {
    String name = node.stringAttribute("activation", "");
    float alpha = parameters.isEmpty() ? 0.01f : parameters.get(0);
    float beta = parameters.size() < 2 ? 0f : parameters.get(1);
    return switch (name) {
      case "" -> x -> x;
      case "Relu" -> x -> JniUtils.relu(pt(x));
      case "Sigmoid" -> x -> JniUtils.sigmoid(pt(x));
      case "Tanh" -> NDArray::tanh;
      case "LeakyRelu" -> x -> JniUtils.leakyRelu(pt(x), alpha);
      case "Clip" -> x -> JniUtils.clip(pt(x), alpha, beta);
      case "HardSigmoid" -> x -> ActivationRules.hardSigmoid(x, alpha, beta);
      default -> throw Values.declined(node, "activation \"" + name + "\" cannot be trained");
    };
  }
}
