package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * ONNX Runtime's attention of queries [batch, steps, width] with keys and values of the same form
 * or [batch, heads, steps, size], and a bias over the three widths. Whole heads go.
 */
final class MultiHeadAttentionRule implements OperatorRule {
  private static final String HEADS = "num_heads";
  private static final int BIAS = 3;
  private static final int ATTENTION_BIAS = 5;
  private static final int PAST_KEY = 6;
  private static final int PAST_VALUE = 7;

  @Override
  public Set<String> operators() {
    return Set.of("com.microsoft.MultiHeadAttention");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    if (axes.of(node.inputs().getFirst()).length != 3
        || node.input(1).isEmpty()
        || node.input(2).isEmpty()) {
      return Optional.of("queries, keys and values packed into one value are not followed");
    }
    long count = node.intAttribute(HEADS, 0);
    Heads heads = Heads.of(axes, count, count);
    int[] whole = new int[0];
    for (int input = 0; input < BIAS; input++) {
      int[][] value = axes.of(node.inputs().get(input));
      heads.hold(heads.query(), value);
      int width = value.length == 3 ? value[2].length : value[1].length * value[3].length;
      whole = concat(whole, Heads.wide(axes, heads.query(), width));
    }
    int[] widths = whole;
    node.input(BIAS).ifPresent(bias -> axes.tie(Axis.only(axes, bias), widths));
    node.input(ATTENTION_BIAS).ifPresent(bias -> heads.bias(axes.of(bias)));
    for (int past : new int[] {PAST_KEY, PAST_VALUE}) {
      node.input(past).ifPresent(cache -> heads.cache(heads.keyValue(), axes.of(cache), 1));
    }
    heads.put(node, 0, heads.query(), 2);
    for (int output = 1; output < 4; output++) {
      heads.put(node, output, heads.query(), 1);
    }
    return Optional.empty();
  }

  @Override
  public void mend(Node node, Mend mend) {
    Heads.mend(mend, node, HEADS, "");
  }

  @Override
  public long macs(Node node, Map<String, long[]> shapes) {
    long[] key = shapes.get(node.inputs().get(1));
    long past = node.input(PAST_KEY).map(name -> shapes.get(name)[2]).orElse(0L);
    return Heads.macs(
        shapes.get(node.inputs().getFirst()),
        key[key.length - 2] + past,
        shapes.get(node.output()));
  }

  private static int[] concat(int[] a, int[] b) {
    return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }
}
