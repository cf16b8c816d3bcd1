package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * ONNX Runtime's attention with shared heads and a cache: queries [batch, steps, heads * size],
 * keys and values [batch, steps, shared * size] or appended to the queries' last axis, caches
 * [batch, shared, steps, size]. A shared head goes with all heads that read it.
 */
final class GroupQueryAttentionRule implements OperatorRule {
  private static final String QUERY_HEADS = "num_heads";
  private static final String HEADS = "kv_num_heads";
  private static final int PAST_KEY = 3;
  private static final int PAST_VALUE = 4;
  private static final int COSINES = 7;
  private static final int SINES = 8;
  private static final int ATTENTION_BIAS = 10;
  private static final int HEAD_SINK = 11;
  private static final int UNDERSTOOD = 12;

  @Override
  public Set<String> operators() {
    return Set.of("com.microsoft.GroupQueryAttention");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    if (IntStream.range(UNDERSTOOD, node.inputs().size())
        .anyMatch(i -> node.input(i).isPresent())) {
      return Optional.of("its cache is quantised, which is not followed");
    }
    int[][] query = axes.of(node.inputs().getFirst());
    long queryHeads = node.intAttribute(QUERY_HEADS, 0);
    long keyValueHeads = node.intAttribute(HEADS, 0);
    Heads heads = Heads.of(axes, queryHeads, keyValueHeads);
    if (node.input(1).isPresent()) {
      heads.hold(heads.query(), query);
      heads.hold(heads.keyValue(), axes.of(node.inputs().get(1)));
      heads.hold(heads.keyValue(), axes.of(node.inputs().get(2)));
    } else {
      int[] all =
          IntStream.concat(
                  IntStream.of(heads.query()),
                  IntStream.concat(IntStream.of(heads.keyValue()), IntStream.of(heads.keyValue())))
              .toArray();
      axes.tie(query[2], packed(all, query[2].length));
      axes.fix(query[0]);
      axes.fix(query[1]);
    }
    for (int past : new int[] {PAST_KEY, PAST_VALUE}) {
      node.input(past).ifPresent(cache -> heads.cache(heads.keyValue(), axes.of(cache), 1));
    }
    for (int table : new int[] {COSINES, SINES}) {
      node.input(table).ifPresent(name -> axes.fix(List.of(name)));
    }
    node.input(ATTENTION_BIAS).ifPresent(bias -> heads.bias(axes.of(bias)));
    node.input(HEAD_SINK).ifPresent(sink -> axes.tie(Axis.only(axes, sink), heads.query()));
    heads.put(node, 0, heads.query(), 2);
    heads.put(node, 1, heads.keyValue(), 1);
    heads.put(node, 2, heads.keyValue(), 1);
    heads.put(node, 3, heads.query(), 1);
    return Optional.empty();
  }

  @Override
  public void mend(Node node, Mend mend) {
    Heads.mend(mend, node, QUERY_HEADS, HEADS);
  }

  /** Steps that are read: those of the cache that is made, else those of the keys. */
  @Override
  public long macs(Node node, Map<String, long[]> shapes) {
    long[] output = shapes.get(node.output());
    boolean cached = node.outputs().size() > 1 && !node.outputs().get(1).isEmpty();
    long read = cached ? shapes.get(node.outputs().get(1))[2] : output[1];
    return Heads.macs(output, read, output);
  }

  private static int[] packed(int[] heads, int length) {
    if (length % heads.length != 0) {
      throw new IllegalArgumentException(
          "an axis of length " + length + " does not hold " + heads.length + " heads");
    }
    return IntStream.range(0, length).map(i -> heads[i / (length / heads.length)]).toArray();
  }
}
