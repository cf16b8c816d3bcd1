package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Prepared;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Resizing: an axis that keeps its length passes, the others are never cut. */
final class ResizeRule implements OperatorRule {
  private static final int SIZES = 3;

  @Override
  public Set<String> operators() {
    return Set.of("Resize", "Upsample");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    if (node.stringAttribute("coordinate_transformation_mode", "").equals("tf_crop_and_resize")) {
      return Optional.of("it crops");
    }
    int[][] x = axes.of(node.inputs().getFirst());
    Optional<boolean[]> same = keepsLength(node, axes, x.length);
    if (same.isEmpty()) {
      return Optional.of("how much it resizes is computed");
    }
    axes.fix(node.inputs().subList(1, node.inputs().size()));
    int[][] y = axes.fixed(axes.shape(node.output()));
    for (int axis = 0; axis < x.length; axis++) {
      if (same.get()[axis] && y[axis].length == x[axis].length) {
        y[axis] = x[axis];
      } else {
        axes.fix(x[axis]);
      }
    }
    axes.put(node.output(), y);
    return Optional.empty();
  }

  private static Optional<boolean[]> keepsLength(Node node, Axes axes, int rank) {
    int[] named = named(node, rank);
    boolean[] same = new boolean[rank];
    Arrays.fill(same, true);
    if (node.input(SIZES).isPresent()) {
      long[] shape = axes.shape(node.inputs().getFirst());
      Optional<long[]> sizes = axes.ints(node.inputs().get(SIZES));
      for (int i = 0; sizes.isPresent() && i < named.length; i++) {
        long size = sizes.get()[i];
        same[named[i]] = size == shape[named[i]] || size == Prepared.VARYING;
      }
      return sizes.map(known -> same);
    }
    Optional<float[]> scales = scales(node, axes);
    for (int i = 0; scales.isPresent() && i < named.length; i++) {
      same[named[i]] = scales.get()[i] == 1;
    }
    return scales.map(known -> same);
  }

  private static Optional<float[]> scales(Node node, Axes axes) {
    if (node.attribute("scales").isPresent()) {
      float[] scales = new float[node.attribute("scales").get().getFloatsCount()];
      for (int i = 0; i < scales.length; i++) {
        scales[i] = node.attribute("scales").get().getFloats(i);
      }
      return Optional.of(scales);
    }
    return node.input(node.inputs().size() > 2 ? 2 : 1).flatMap(axes::floats);
  }

  private static int[] named(Node node, int rank) {
    return node.attribute("axes").isPresent()
        ? Axis.of(node.intsAttribute("axes"), rank)
        : Axis.all(rank);
  }

  @Override
  public void mend(Node node, Mend mend) {
    if (node.input(SIZES).isEmpty()) {
      return;
    }
    String x = node.inputs().getFirst();
    int[] named = named(node, mend.shape(x).length);
    long[] sizes = mend.ints(node.inputs().get(SIZES)).orElseThrow().clone();
    for (int i = 0; i < named.length; i++) {
      if (mend.cuts(x, named[i])) {
        sizes[i] = mend.kept(x, named[i]).length;
      }
    }
    mend.ints(SIZES, sizes);
  }
}
