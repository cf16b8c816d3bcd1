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
 * Standardises each channel of [N, C, ...] over the axes after it, with scale and bias [C]. Exact
 * for channels; where those axes hold units, as in a group normalisation by reshapes, approximate.
 */
final class InstanceNormalizationRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("InstanceNormalization");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().get(0));
    axes.tie(x[1], Axis.only(axes, node.inputs().get(1)));
    axes.tie(x[1], Axis.only(axes, node.inputs().get(2)));
    for (int axis = 2; axis < x.length; axis++) {
      axes.approximate(node, x[axis], LayerNormalizationRule.REASON);
    }
    axes.put(node.output(), x);
    return Optional.empty();
  }

  @Override
  public void twin(Node node, Twin twin) {
    String x = node.inputs().getFirst();
    int[] over = IntStream.range(2, twin.shape(x).length).toArray();
    if (!TwinMath.cuts(twin, x, over)) {
      twin.keep(node, Map.of());
      return;
    }
    TwinMath math = TwinMath.on(twin, x);
    String y = Standardised.of(math, node.floatAttribute("epsilon", 1e-5f), over).value();
    long[] perChannel = new long[over.length + 1];
    Arrays.fill(perChannel, 1);
    perChannel[0] = -1;
    y = math.mul(y, math.reshape(node.inputs().get(1), perChannel));
    math.name(math.add(y, math.reshape(node.inputs().get(2), perChannel)), node.output());
  }
}
