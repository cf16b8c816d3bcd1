package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Gather: an axis is replaced by those of the indices. Where a constant lists indices, these are a
 * part of the axis; a constant single index is read and stays; where indices are fed, any may be
 * read, so that the axis is fixed, as an embedding's vocabulary is.
 */
final class GatherRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("Gather");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] data = axes.of(node.inputs().get(0));
    int[][] indices = axes.of(node.inputs().get(1));
    int along = Axis.of(node.intAttribute("axis", 0), data.length);
    int[][] picked = indices;
    Optional<long[]> constant =
        indices.length > 1 ? Optional.empty() : Literals.settled(node, "indices", 1, axes::ints);
    if (constant.isPresent()) {
      int[] units = select(data[along], constant.get());
      if (indices.length == 0) {
        axes.fix(units);
      } else {
        axes.part(units);
        picked = new int[][] {units};
      }
    } else {
      axes.fix(data[along]);
    }
    int[][] out = new int[data.length - 1 + picked.length][];
    System.arraycopy(data, 0, out, 0, along);
    System.arraycopy(picked, 0, out, along, picked.length);
    System.arraycopy(data, along + 1, out, along + picked.length, data.length - along - 1);
    axes.put(node.output(), out);
    return Optional.empty();
  }

  private static int[] select(int[] axis, long[] indices) {
    return Arrays.stream(indices).mapToInt(i -> axis[Axis.of(i, axis.length)]).toArray();
  }

  @Override
  public void mend(Node node, Mend mend) {
    String data = node.inputs().getFirst();
    long[] shape = mend.shape(data);
    int along = Axis.of(node.intAttribute("axis", 0), shape.length);
    if (!mend.cuts(data, along)) {
      return;
    }
    int length = (int) shape[along];
    int[] kept = mend.kept(data, along);
    long[] indices = mend.ints(node.inputs().get(1)).orElseThrow();
    mend.ints(
        1,
        Arrays.stream(indices)
            .map(i -> Arrays.binarySearch(kept, Axis.of(i, length)))
            .filter(at -> at >= 0)
            .toArray());
  }
}
