package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Twin;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Normalisation over all axes from {@code axis} on, with a scale and perhaps a bias over the same
 * axes: by mean and variance, or by the mean of squares alone. Approximate for units on them.
 */
final class LayerNormalizationRule implements OperatorRule {
  static final String REASON = "normalises over the cut axis";

  private static final String LAYER = "LayerNormalization";

  @Override
  public Set<String> operators() {
    return Set.of(LAYER, "RMSNormalization", "SimplifiedLayerNormalization");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().getFirst());
    int first = first(node, x.length);
    for (String factor : node.inputs().subList(1, node.inputs().size())) {
      axes.broadcast(x, axes.of(factor));
    }
    for (int axis = first; axis < x.length; axis++) {
      axes.approximate(node, x[axis], REASON);
    }
    int[][] statistics = x.clone();
    Arrays.fill(statistics, first, x.length, axes.fixed(1));
    node.outputs().stream().skip(1).forEach(output -> axes.put(output, statistics));
    axes.put(node.output(), x);
    return Optional.empty();
  }

  @Override
  public void twin(Node node, Twin twin) {
    String x = node.inputs().getFirst();
    int rank = twin.shape(x).length;
    int[] over = IntStream.range(first(node, rank), rank).toArray();
    if (!TwinMath.cuts(twin, x, over)) {
      twin.keep(node, Map.of());
      return;
    }
    TwinMath math = TwinMath.on(twin, x);
    double epsilon = node.floatAttribute("epsilon", 1e-5f);
    boolean layer = node.operator().equals(LAYER);
    Standardised made =
        layer ? Standardised.of(math, epsilon, over) : Standardised.bySquares(math, epsilon, over);
    String y = math.mul(made.value(), node.inputs().get(1));
    if (node.input(2).isPresent()) {
      y = math.add(y, node.inputs().get(2));
    }
    math.name(y, node.output());
    String[] statistics =
        layer ? new String[] {made.mean(), made.inverse()} : new String[] {made.inverse()};
    for (int i = 1; i < node.outputs().size(); i++) {
      if (!node.outputs().get(i).isEmpty()) {
        math.name(statistics[i - 1], node.outputs().get(i));
      }
    }
  }

  private static int first(Node node, int rank) {
    return Axis.of(node.intAttribute("axis", -1), rank);
  }
}
