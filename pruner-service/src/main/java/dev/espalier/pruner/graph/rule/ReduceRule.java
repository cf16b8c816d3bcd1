package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Twin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reductions over some axes. In the twin what goes is the neutral element; a mean is taken over
 * what stays, which no masking equals: approximate.
 */
final class ReduceRule implements OperatorRule {
  private static final Map<String, Double> NEUTRAL =
      Map.of(
          "ReduceL1", 0.0,
          "ReduceL2", 0.0,
          "ReduceLogSum", 0.0,
          "ReduceLogSumExp", Double.NEGATIVE_INFINITY,
          "ReduceMax", Double.NEGATIVE_INFINITY,
          "ReduceMean", 0.0,
          "ReduceMin", Double.POSITIVE_INFINITY,
          "ReduceProd", 1.0,
          "ReduceSum", 0.0,
          "ReduceSumSquare", 0.0);

  @Override
  public Set<String> operators() {
    return NEUTRAL.keySet();
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().getFirst());
    Optional<long[]> named = Axis.integers(node, "axes", 1, axes);
    if (named.isEmpty()) {
      return Optional.of("which axes it reduces is computed");
    }
    boolean[] reduced = reduced(node, named.get(), x.length);
    boolean keep = node.intAttribute("keepdims", 1) != 0;
    List<int[]> result = new ArrayList<>();
    for (int axis = 0; axis < x.length; axis++) {
      if (!reduced[axis]) {
        result.add(x[axis]);
        continue;
      }
      if (mean(node)) {
        axes.approximate(node, x[axis], "averages over the cut axis");
      }
      if (keep) {
        result.add(axes.fixed(1));
      }
    }
    axes.put(node.output(), result.toArray(int[][]::new));
    return Optional.empty();
  }

  @Override
  public void twin(Node node, Twin twin) {
    String x = node.inputs().getFirst();
    long[] named =
        node.input(1)
            .map(input -> twin.ints(input).orElseThrow())
            .orElse(node.intsAttribute("axes"));
    boolean[] reduced = reduced(node, named, twin.shape(x).length);
    int[] over = Arrays.stream(Axis.all(reduced.length)).filter(axis -> reduced[axis]).toArray();
    String masked = twin.masked(x, NEUTRAL.get(node.operator()), over);
    if (mean(node) && !masked.equals(x)) {
      TwinMath math = TwinMath.on(twin, x);
      masked = math.mul(masked, math.scalar(math.share(over)));
    }
    twin.keep(node, Map.of(0, masked));
  }

  private static boolean mean(Node node) {
    return node.operator().equals("ReduceMean");
  }

  private static boolean[] reduced(Node node, long[] named, int rank) {
    boolean[] reduced = new boolean[rank];
    boolean all = named.length == 0 && node.intAttribute("noop_with_empty_axes", 0) == 0;
    for (int axis : all ? Axis.all(rank) : Axis.of(named, rank)) {
      reduced[axis] = true;
    }
    return reduced;
  }
}
