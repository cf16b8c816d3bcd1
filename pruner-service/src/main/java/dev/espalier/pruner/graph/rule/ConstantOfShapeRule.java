package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Prepared;
import java.util.Optional;
import java.util.Set;

/** ConstantOfShape: one number as often as wanted, so that each axis can be of any length. */
final class ConstantOfShapeRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("ConstantOfShape");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    Optional<long[]> said = axes.ints(node.inputs().getFirst());
    long[] shape = axes.shape(node.output());
    int[][] out = axes.fixed(shape);
    for (int axis = 0; axis < out.length && said.isPresent(); axis++) {
      if (said.get()[axis] != Prepared.VARYING && out[axis].length > 1) {
        out[axis] = axes.fresh(out[axis].length);
      }
    }
    axes.put(node.output(), out);
    return Optional.empty();
  }

  @Override
  public void mend(Node node, Mend mend) {
    long[] shape = mend.ints(node.inputs().getFirst()).orElseThrow().clone();
    for (int axis = 0; axis < shape.length; axis++) {
      if (mend.cuts(node.output(), axis)) {
        shape[axis] = mend.kept(node.output(), axis).length;
      }
    }
    mend.ints(0, shape);
  }
}
