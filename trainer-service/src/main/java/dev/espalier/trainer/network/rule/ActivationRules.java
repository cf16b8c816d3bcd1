package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Elementwise.bound;
import static dev.espalier.trainer.network.rule.Elementwise.unary;
import static dev.espalier.trainer.network.rule.Values.pt;
import static dev.espalier.trainer.network.rule.Values.scalar;
import static java.util.Map.entry;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.OperatorRule;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Activation functions, element by element. */
public final class ActivationRules {
  private ActivationRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.ofEntries(
        entry("Relu", unary(x -> JniUtils.relu(pt(x)))),
        entry("LeakyRelu", bound(ActivationRules::leakyRelu)),
        entry("PRelu", prelu()),
        entry("Elu", bound(ActivationRules::elu)),
        entry("Selu", bound(ActivationRules::selu)),
        entry("Celu", bound(ActivationRules::celu)),
        entry("Gelu", bound(ActivationRules::gelu)),
        entry("HardSigmoid", bound(ActivationRules::hardSigmoid)),
        entry("HardSwish", unary(x -> x.mul(hardSigmoid(x, 1 / 6.0, 0.5)))),
        entry("Sigmoid", unary(x -> JniUtils.sigmoid(pt(x)))),
        entry("Tanh", unary(NDArray::tanh)),
        entry("Softplus", unary(x -> JniUtils.softPlus(pt(x)))),
        entry("Softsign", unary(x -> JniUtils.softSign(pt(x)))),
        entry("Mish", unary(x -> x.mul(JniUtils.softPlus(pt(x)).tanh()))),
        entry("Swish", bound(ActivationRules::swish)),
        entry("ThresholdedRelu", bound(ActivationRules::thresholdedRelu)),
        entry("Shrink", bound(ActivationRules::shrink)));
  }

  private static UnaryOperator<NDArray> leakyRelu(Node node) {
    float alpha = node.floatAttribute("alpha", 0.01f);
    return x -> JniUtils.leakyRelu(pt(x), alpha);
  }

  /** {@code x} where it is above 0, else {@code slope * x}; the slope is broadcast. */
  private static OperatorRule prelu() {
    return (node, context) -> {
      Values.arity(node, 2, 2, 1);
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        NDArray negative = JniUtils.relu(pt(x.neg()));
        return new NDList(JniUtils.relu(pt(x)).sub(inputs.get(1).mul(negative)));
      };
    };
  }

  /** {@code x} where it is above 0, else {@code alpha * (exp(x) - 1)}. */
  private static UnaryOperator<NDArray> elu(Node node) {
    float alpha = node.floatAttribute("alpha", 1f);
    return x -> JniUtils.elu(pt(x), alpha);
  }

  private static UnaryOperator<NDArray> selu(Node node) {
    float alpha = node.floatAttribute("alpha", 1.67326319217681884765625f);
    float gamma = node.floatAttribute("gamma", 1.05070102214813232421875f);
    return x -> JniUtils.elu(pt(x), alpha).mul(scalar(x, gamma));
  }

  /** {@code max(0, x) + min(0, alpha * (exp(x / alpha) - 1))}. */
  private static UnaryOperator<NDArray> celu(Node node) {
    float alpha = node.floatAttribute("alpha", 1f);
    return x -> JniUtils.elu(pt(x.div(scalar(x, alpha))), 1).mul(scalar(x, alpha));
  }

  /** {@code x * Phi(x)}, Phi being the normal distribution or its approximation by tanh. */
  private static UnaryOperator<NDArray> gelu(Node node) {
    String approximate = node.stringAttribute("approximate", "none");
    return switch (approximate) {
      case "none" -> x -> JniUtils.gelu(pt(x));
      case "tanh" ->
          x -> {
            NDArray cube = x.mul(x).mul(x).mul(scalar(x, 0.044715));
            NDArray phi = x.add(cube).mul(scalar(x, Math.sqrt(2 / Math.PI))).tanh();
            return x.mul(scalar(x, 0.5)).mul(phi.add(scalar(x, 1)));
          };
      default -> throw Values.declined(node, "approximate is \"" + approximate + "\"");
    };
  }

  private static UnaryOperator<NDArray> hardSigmoid(Node node) {
    float alpha = node.floatAttribute("alpha", 0.2f);
    float beta = node.floatAttribute("beta", 0.5f);
    return x -> hardSigmoid(x, alpha, beta);
  }

  static NDArray hardSigmoid(NDArray x, double alpha, double beta) {
    return Values.clipped(x.mul(scalar(x, alpha)).add(scalar(x, beta)), 0, 1);
  }

  private static UnaryOperator<NDArray> swish(Node node) {
    float alpha = node.floatAttribute("alpha", 1f);
    return x -> x.mul(JniUtils.sigmoid(pt(alpha == 1f ? x : x.mul(scalar(x, alpha)))));
  }

  private static UnaryOperator<NDArray> thresholdedRelu(Node node) {
    float alpha = node.floatAttribute("alpha", 1f);
    return x -> JniUtils.where(pt(x.gt(scalar(x, alpha))), pt(x), pt(x.zerosLike()));
  }

  private static UnaryOperator<NDArray> shrink(Node node) {
    float lambda = node.floatAttribute("lambd", 0.5f);
    float bias = node.floatAttribute("bias", 0f);
    return x -> {
      NDArray low = x.add(scalar(x, bias));
      NDArray high = x.sub(scalar(x, bias));
      NDArray above = JniUtils.where(pt(x.gt(scalar(x, lambda))), pt(high), pt(x.zerosLike()));
      return JniUtils.where(pt(x.lt(scalar(x, -lambda))), pt(low), pt(above));
    };
  }
}
