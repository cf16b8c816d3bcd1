package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Twin;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * ONNX Runtime's {@code normalise(x + skip + bias) * gamma + beta} over the last axis, by mean and
 * variance or by the mean of squares alone; the sum may be handed out too. Approximate for units on
 * that axis.
 */
final class SkipNormalizationRule implements OperatorRule {
  private static final String LAYER = "com.microsoft.SkipLayerNormalization";
  private static final int GAMMA = 2;
  private static final int BETA = 3;
  private static final int SUM = 3;

  @Override
  public Set<String> operators() {
    return Set.of(LAYER, "com.microsoft.SkipSimplifiedLayerNormalization");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] sum = axes.broadcast(axes.of(node.inputs().get(0)), axes.of(node.inputs().get(1)));
    for (String perUnit : node.inputs().subList(GAMMA, node.inputs().size())) {
      if (!perUnit.isEmpty()) {
        axes.broadcast(sum, axes.of(perUnit));
      }
    }
    axes.approximate(node, sum[sum.length - 1], LayerNormalizationRule.REASON);
    for (int output = 0; output < node.outputs().size(); output++) {
      int[][] made = sum.clone();
      if (output > 0 && output < SUM) {
        made[made.length - 1] = axes.fixed(1);
      }
      axes.put(node.outputs().get(output), made);
    }
    return Optional.empty();
  }

  @Override
  public void twin(Node node, Twin twin) {
    String x = node.inputs().getFirst();
    int last = twin.shape(x).length - 1;
    if (!twin.cuts(x, last)) {
      twin.keep(node, Map.of());
      return;
    }
    boolean layer = node.operator().equals(LAYER);
    TwinMath math = TwinMath.on(twin, x);
    String sum = math.add(x, node.inputs().get(1));
    Optional<String> bias = node.input(layer ? BETA + 1 : BETA);
    if (bias.isPresent()) {
      sum = math.add(sum, bias.get());
    }
    Standardised made = standardised(node, math, math.silence(sum, last), layer, last);
    String y = math.mul(made.value(), node.inputs().get(GAMMA));
    if (layer && node.input(BETA).isPresent()) {
      y = math.add(y, node.inputs().get(BETA));
    }
    String[] all = {y, made.mean(), made.inverse(), sum};
    for (int output = 0; output < node.outputs().size(); output++) {
      if (!node.outputs().get(output).isEmpty()) {
        math.name(all[output], node.outputs().get(output));
      }
    }
  }

  private static Standardised standardised(
      Node node, TwinMath math, String sum, boolean layer, int last) {
    double epsilon = node.floatAttribute("epsilon", 1e-12f);
    if (!layer) {
      return Standardised.scaled(math, sum, "", epsilon, last);
    }
    String mean = math.mul(math.mean(sum, last), math.scalar(math.share(last)));
    String centred = math.silence(math.sub(sum, mean), last);
    return Standardised.scaled(math, centred, mean, epsilon, last);
  }
}
