package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Squeeze and Unsqueeze: axes of length 1 go or come. */
final class SqueezeRule implements OperatorRule {
  private static final int AXES_ARE_INPUT_SINCE = 13;

  @Override
  public Set<String> operators() {
    return Set.of("Squeeze", "Unsqueeze");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] in = axes.of(node.inputs().getFirst());
    Optional<long[]> said = Literals.settled(node, "axes", 1, axes::ints);
    if (said.isEmpty() && Literals.given(node, "axes", 1)) {
      return Optional.of("its axes are computed from what is fed");
    }
    if (said.isEmpty() && axes.hasFreeInput()) {
      return Optional.of("it drops whatever axis has length 1, a free one too");
    }
    boolean squeeze = node.operator().equals("Squeeze");
    int[] at =
        Axis.of(
            said.orElseGet(() -> ones(axes.shape(node.inputs().getFirst()))),
            squeeze ? in.length : axes.shape(node.output()).length);
    axes.put(node.output(), squeeze ? without(in, at, axes) : with(in, at, axes));
    return Optional.empty();
  }

  private static int[][] without(int[][] in, int[] at, Axes axes) {
    List<int[]> rest = new ArrayList<>(List.of(in));
    Arrays.sort(at);
    for (int i = at.length - 1; i >= 0; i--) {
      axes.fix(rest.remove(at[i]));
    }
    return rest.toArray(int[][]::new);
  }

  private static int[][] with(int[][] in, int[] at, Axes axes) {
    List<int[]> more = new ArrayList<>(List.of(in));
    Arrays.sort(at);
    for (int axis : at) {
      more.add(axis, axes.fixed(1));
    }
    return more.toArray(int[][]::new);
  }

  private static long[] ones(long[] shape) {
    return IntStream.range(0, shape.length)
        .filter(axis -> shape[axis] == 1)
        .asLongStream()
        .toArray();
  }

  /** Where a node drops whatever has length 1, it says which, lest a cut axis gets that short. */
  @Override
  public void mend(Node node, Mend mend) {
    if (Literals.given(node, "axes", 1)) {
      return;
    }
    long[] axes = ones(mend.shape(node.inputs().getFirst()));
    if (mend.opset() < AXES_ARE_INPUT_SINCE) {
      mend.attribute("axes", axes);
    } else {
      mend.ints(1, axes);
    }
  }
}
