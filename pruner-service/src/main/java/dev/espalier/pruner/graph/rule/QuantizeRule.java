package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Optional;
import java.util.Set;

/**
 * Rounding to integers and back, element by element, with one scale for all or one an index of an
 * axis: what training with simulated rounding leaves. Weights that are stored as integers are not
 * cut.
 */
final class QuantizeRule implements OperatorRule {
  private static final int SCALE = 1;
  private static final int ZERO_POINT = 2;

  @Override
  public Set<String> operators() {
    return Set.of("QuantizeLinear", "DequantizeLinear");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    String name = node.inputs().getFirst();
    int[][] x = axes.of(name);
    if (node.operator().equals("DequantizeLinear") && axes.isWeight(name)) {
      return Optional.of("its weights are quantised: " + ExplainedRule.BEFORE);
    }
    for (int factor : new int[] {SCALE, ZERO_POINT}) {
      if (node.input(factor).isPresent()) {
        int[][] perIndex = axes.of(node.inputs().get(factor));
        if (perIndex.length > 1 || node.intAttribute("block_size", 0) != 0) {
          return Optional.of("it scales by blocks: " + ExplainedRule.BEFORE);
        }
        if (perIndex.length == 1 && perIndex[0].length > 1) {
          if (factor == ZERO_POINT) {
            return Optional.of("it has an integer zero point a channel: " + ExplainedRule.BEFORE);
          }
          axes.tie(perIndex[0], x[Axis.of(node.intAttribute("axis", 1), x.length)]);
        }
      }
    }
    axes.put(node.output(), x);
    return Optional.empty();
  }
}
