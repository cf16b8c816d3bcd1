package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * GatherND and ScatterND: the last axis of the indices counts the axes of the data that are looked
 * up, which are fixed; those behind them pass.
 */
final class NdIndexRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("GatherND", "ScatterND");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] data = axes.of(node.inputs().get(0));
    int[][] indices = axes.of(node.inputs().get(1));
    int batch = (int) node.intAttribute("batch_dims", 0);
    int last = indices.length - 1;
    int looked = batch + indices[last].length;
    for (int axis = 0; axis < batch; axis++) {
      axes.tie(data[axis], indices[axis]);
    }
    for (int axis = batch; axis < looked; axis++) {
      axes.fix(data[axis]);
    }
    axes.fix(indices[last]);
    int[][] found = Arrays.copyOf(indices, last + data.length - looked);
    System.arraycopy(data, looked, found, last, data.length - looked);
    if (node.operator().equals("GatherND")) {
      axes.put(node.output(), found);
      return Optional.empty();
    }
    int[][] updates = axes.of(node.inputs().get(2));
    for (int axis = 0; axis < found.length; axis++) {
      axes.tie(found[axis], updates[axis]);
    }
    axes.put(node.output(), data);
    return Optional.empty();
  }
}
