package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Twin;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Standardises [N, C, ...] over each of {@code num_groups} runs of channels; scale and bias are one
 * a channel, in operator set 18 one a group. Whole groups go exactly; the same channels of every
 * group approximately.
 */
final class GroupNormalizationRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("GroupNormalization");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().getFirst());
    int groups = Math.toIntExact(node.intAttribute("num_groups", 1));
    List<int[]> factors = axes.split(x[1], groups, x[1].length / groups);
    for (String input : node.inputs().subList(1, 3)) {
      int[] factor = Axis.only(axes, input);
      axes.tie(factor, factor.length == x[1].length ? x[1] : factors.getFirst());
    }
    axes.approximate(node, factors.getLast(), LayerNormalizationRule.REASON);
    Spatial.fix(axes, x);
    axes.put(node.output(), x);
    return Optional.empty();
  }

  @Override
  public void twin(Node node, Twin twin) {
    String x = node.inputs().getFirst();
    int groups = (int) node.intAttribute("num_groups", 1);
    int channels = (int) twin.shape(x)[1];
    int[] kept = twin.kept(x, 1);
    if (kept.length == groupsOf(kept, channels / groups) * channels / groups) {
      twin.keep(node, Map.of());
      return;
    }
    TwinMath math = TwinMath.on(twin, x);
    String share = math.scalar((double) channels / kept.length);
    String shape = twin.add("Shape", List.of(x), Map.of());
    String grouped = math.reshape(twin.masked(x, 1), 0, groups, -1);
    String centred = math.sub(grouped, math.mul(math.mean(grouped, 2), share));
    centred = math.silence(twin.add("Reshape", List.of(centred, shape), Map.of()), 1);
    centred = math.reshape(centred, 0, groups, -1);
    String variance = math.mul(math.mean(math.mul(centred, centred), 2), share);
    double epsilon = node.floatAttribute("epsilon", 1e-5f);
    String y = math.mul(centred, math.inverseRoot(variance, epsilon));
    y = twin.add("Reshape", List.of(y, shape), Map.of());
    y = math.mul(y, perChannel(node.inputs().get(1), math, groups));
    math.name(math.add(y, perChannel(node.inputs().get(2), math, groups)), node.output());
  }

  /** A factor or summand as [C, 1, ...]. */
  private static String perChannel(String factor, TwinMath math, int groups) {
    long[] shape = math.twin().shape(math.value());
    long[] dims = new long[shape.length - 1];
    Arrays.fill(dims, 1);
    dims[0] = -1;
    String each = factor;
    if (math.twin().shape(factor)[0] < shape[1]) {
      int width = (int) (shape[1] / groups);
      double[] ones = new double[width];
      Arrays.fill(ones, 1);
      String repeat = math.twin().constant(math.type(), new int[] {1, width}, ones);
      each = math.mul(math.reshape(factor, -1, 1), repeat);
    }
    return math.reshape(each, dims);
  }

  @Override
  public void mend(Node node, Mend mend) {
    String x = node.inputs().getFirst();
    int width = (int) (mend.shape(x)[1] / node.intAttribute("num_groups", 1));
    mend.attribute("num_groups", groupsOf(mend.kept(x, 1), width));
  }

  private static long groupsOf(int[] channels, int width) {
    return Arrays.stream(channels).map(channel -> channel / width).distinct().count();
  }
}
