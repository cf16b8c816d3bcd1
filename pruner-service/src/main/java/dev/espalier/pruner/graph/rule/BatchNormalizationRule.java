package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Optional;
import java.util.Set;

/** Scale, bias, mean and variance [C] of an input [N, C, ...], at inference: exact. */
final class BatchNormalizationRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("BatchNormalization");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().getFirst());
    if (node.intAttribute("training_mode", 0) != 0
        || node.outputs().stream().skip(1).anyMatch(output -> !output.isEmpty())) {
      return Optional.of("it is in training mode; export the model for inference");
    }
    if (x.length < 2) {
      return Optional.of("its input has no axis of channels");
    }
    for (String statistic : node.inputs().subList(1, node.inputs().size())) {
      int[][] perChannel = axes.of(statistic);
      if (perChannel.length != 1) {
        return Optional.of("its statistics are not one a channel");
      }
      axes.tie(x[1], perChannel[0]);
    }
    axes.put(node.output(), x);
    return Optional.empty();
  }
}
