package dev.espalier.trainer.network.rule;

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

/** Fused operators of ONNX Runtime's own domain, as its optimiser and its exporters write them. */
public final class MicrosoftRules {
  private static final String DOMAIN = "com.microsoft.";

  private MicrosoftRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.ofEntries(
        entry(DOMAIN + "Gelu", biased(1, 1, x -> JniUtils.gelu(pt(x)))),
        entry(DOMAIN + "BiasGelu", biased(2, 2, x -> JniUtils.gelu(pt(x)))),
        entry(DOMAIN + "FastGelu", biased(1, 2, MicrosoftRules::fastGelu)),
        entry(DOMAIN + "QuickGelu", quickGelu()),
        entry(DOMAIN + "SkipLayerNormalization", skip(5, true)),
        entry(DOMAIN + "SkipSimplifiedLayerNormalization", skip(4, false)),
        entry(DOMAIN + "Attention", AttentionRules.packed()),
        entry(DOMAIN + "MultiHeadAttention", AttentionRules.separate()));
  }

  /** A function of {@code x + bias}, the bias along the last axis. */
  private static OperatorRule biased(int fewest, int most, UnaryOperator<NDArray> function) {
    return (node, context) -> {
      Values.arity(node, fewest, most, 1);
      return (inputs, pass) -> {
        NDArray bias = Values.input(inputs, 1);
        NDArray x = inputs.get(0);
        return new NDList(function.apply(bias == null ? x : x.add(bias)));
      };
    };
  }

  /** {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))}. */
  private static NDArray fastGelu(NDArray x) {
    NDArray cubic = x.mul(x).mul(scalar(x, 0.044715)).add(scalar(x, 1)).mul(x);
    NDArray gate = cubic.mul(scalar(x, Math.sqrt(2 / Math.PI))).tanh().add(scalar(x, 1));
    return gate.mul(x).mul(scalar(x, 0.5));
  }

  /** {@code x * sigmoid(alpha * x)}. */
  private static OperatorRule quickGelu() {
    return (node, context) -> {
      Values.arity(node, 1, 1, 1);
      float alpha = node.floatAttribute("alpha", 1.702f);
      return (inputs, pass) -> {
        NDArray x = inputs.get(0);
        return new NDList(x.mul(JniUtils.sigmoid(pt(x.mul(scalar(x, alpha))))));
      };
    };
  }

  /**
   * The normalisation over the last axis of {@code input + skip + bias}. Inputs input, skip, scale,
   * then the shift where the mean is taken away, then the bias; outputs the result, mean, inverse
   * deviation and the sum.
   */
  private static OperatorRule skip(int most, boolean centres) {
    return (node, context) -> {
      Values.arity(node, 3, most, 4);
      float epsilon = node.floatAttribute("epsilon", 1e-12f);
      return (inputs, pass) -> {
        NDArray sum = added(node, inputs, most - 1);
        int[] last = {Values.rank(sum) - 1};
        NDArray mean = Nd.mean(sum, last);
        NDArray centred = centres ? sum.sub(mean) : sum;
        NDArray inverse = NormRules.inverseRootMeanSquare(centred, last, epsilon);
        NDArray y = centred.mul(inverse).mul(inputs.get(2));
        NDArray shift = centres ? Values.input(inputs, 3) : null;
        return Nd.outputs(node, shift == null ? y : y.add(shift), mean, inverse, sum);
      };
    };
  }

  private static NDArray added(Node node, NDList inputs, int bias) {
    NDArray input = inputs.get(0);
    NDArray skip = inputs.get(1);
    Values.broadcast(node, Values.dims(input), Values.dims(skip));
    NDArray sum = input.add(skip);
    NDArray more = Values.input(inputs, bias);
    return more == null ? sum : sum.add(more);
  }
}
