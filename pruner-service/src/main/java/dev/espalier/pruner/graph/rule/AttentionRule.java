package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * ONNX' own attention of queries, keys and values, each [batch, steps, width] with the numbers of
 * heads as attributes, or [batch, heads, steps, size]; fewer heads of keys and values may be shared
 * by those of the queries. Whole heads go. Within one, nothing is summed that may be removed.
 */
final class AttentionRule implements OperatorRule {
  private static final String QUERY_HEADS = "q_num_heads";
  private static final String HEADS = "kv_num_heads";
  private static final int MASK = 3;
  private static final int PAST_KEY = 4;
  private static final int PAST_VALUE = 5;

  @Override
  public Set<String> operators() {
    return Set.of("Attention");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] query = axes.of(node.inputs().get(0));
    int[][] key = axes.of(node.inputs().get(1));
    int[][] value = axes.of(node.inputs().get(2));
    if (query.length != key.length || query.length != value.length) {
      return Optional.of("queries, keys and values must have as many axes");
    }
    Heads heads =
        query.length == 4
            ? Heads.of(axes, query[1].length, key[1].length)
            : Heads.of(axes, node.intAttribute(QUERY_HEADS, 0), node.intAttribute(HEADS, 0));
    heads.hold(heads.query(), query);
    heads.hold(heads.keyValue(), key);
    heads.hold(heads.keyValue(), value);
    node.input(MASK).ifPresent(mask -> heads.bias(axes.of(mask)));
    for (int past : new int[] {PAST_KEY, PAST_VALUE}) {
      node.input(past).ifPresent(cache -> heads.cache(heads.keyValue(), axes.of(cache), 1));
    }
    heads.put(node, 0, heads.query(), query.length == 3 ? 2 : 1);
    heads.put(node, 1, heads.keyValue(), 1);
    heads.put(node, 2, heads.keyValue(), 1);
    heads.put(node, 3, heads.query(), 1);
    return Optional.empty();
  }

  @Override
  public void mend(Node node, Mend mend) {
    Heads.mend(mend, node, QUERY_HEADS, HEADS);
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
}
