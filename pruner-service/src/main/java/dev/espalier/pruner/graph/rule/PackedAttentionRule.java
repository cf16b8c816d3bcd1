package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Twin;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * ONNX Runtime's attention with its projections: X [batch, steps, D], weights [D, q + k + v] and
 * bias [q + k + v], each of the three parts holding all heads one after the other. Whole heads go.
 */
final class PackedAttentionRule implements OperatorRule {
  private static final int WEIGHTS = 1;
  private static final int BIAS = 2;
  private static final int PAST = 4;
  private static final int ATTENTION_BIAS = 5;
  private static final String HEADS = "num_heads";
  private static final String SIZES = "qkv_hidden_sizes";

  @Override
  public Set<String> operators() {
    return Set.of("com.microsoft.Attention");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] x = axes.of(node.inputs().getFirst());
    int[][] weights = axes.of(node.inputs().get(WEIGHTS));
    if (x.length != 3 || weights.length != 2) {
      return Optional.of("X must have three axes and the weights two");
    }
    long count = node.intAttribute(HEADS, 0);
    Heads heads = Heads.of(axes, count, count);
    axes.fix(x[0]);
    axes.fix(x[1]);
    axes.tie(x[2], weights[0]);
    int[] projected =
        Arrays.stream(sizes(node, weights[1].length))
            .mapToObj(size -> Heads.wide(axes, heads.query(), size))
            .flatMapToInt(IntStream::of)
            .toArray();
    axes.tie(weights[1], projected);
    node.input(BIAS).ifPresent(bias -> axes.tie(Axis.only(axes, bias), projected));
    node.input(PAST).ifPresent(past -> heads.cache(heads.keyValue(), axes.of(past), 2));
    node.input(ATTENTION_BIAS).ifPresent(bias -> heads.bias(axes.of(bias)));
    heads.put(node, 0, heads.query(), 2);
    heads.put(node, 1, heads.keyValue(), 2);
    return Optional.empty();
  }

  /** The projections are the only sums over what may be removed. */
  @Override
  public void twin(Node node, Twin twin) {
    twin.keep(node, Map.of(0, twin.masked(node.inputs().getFirst(), 2)));
  }

  @Override
  public void mend(Node node, Mend mend) {
    long heads = node.intAttribute(HEADS, 0);
    long left = Heads.left(mend, node, heads);
    Heads.mend(mend, node, HEADS, "");
    long[] sizes = node.intsAttribute(SIZES);
    if (sizes.length > 0) {
      mend.attribute(SIZES, Arrays.stream(sizes).map(size -> size / heads * left).toArray());
    }
  }

  @Override
  public long macs(Node node, Map<String, long[]> shapes) {
    long[] x = shapes.get(node.inputs().getFirst());
    long[] weights = shapes.get(node.inputs().get(WEIGHTS));
    long steps = Math.multiplyExact(x[0], x[1]);
    long past = node.input(PAST).map(name -> shapes.get(name)[3]).orElse(0L);
    long[] query = {x[0], x[1], sizes(node, weights[1])[0]};
    return Math.addExact(
        Math.multiplyExact(steps, Math.multiplyExact(weights[0], weights[1])),
        Heads.macs(query, x[1] + past, shapes.get(node.output())));
  }

  private static long[] sizes(Node node, long width) {
    long[] given = node.intsAttribute(SIZES);
    return given.length == 3 ? given : new long[] {width / 3, width / 3, width / 3};
  }
}
