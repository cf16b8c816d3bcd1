package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.scalar;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.Pass;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;

/**
 * Attention over whole sequences, without a cache of earlier keys. Masks are 1 where a key may be
 * seen: [batch, keys] or [batch, queries, keys]; or [batch] holds the number of keys.
 */
final class AttentionRules {
  private AttentionRules() {}

  /** Inputs x [batch, time, width], weights [width, q + k + v], their bias, mask, past, scores. */
  static OperatorRule packed() {
    OperatorRule rule =
        (node, context) -> {
          Values.arity(node, 2, 6, 1);
          noCache(node, 4);
          long heads = heads(node);
          long[] given = node.intsAttribute("qkv_hidden_sizes");
          return (inputs, pass) -> {
            NDArray x = inputs.get(0);
            NDArray w = inputs.get(1);
            long third = w.getShape().get(1) / 3;
            long[] widths = given.length == 3 ? given : new long[] {third, third, third};
            if (Values.rank(x) != 3
                || Values.rank(w) != 2
                || x.getShape().get(2) != w.getShape().get(0)
                || Arrays.stream(widths).sum() != w.getShape().get(1)) {
              throw Values.declined(
                  node, "input " + x.getShape() + " and weights " + w.getShape() + " do not fit");
            }
            ValueSizes.limit(node, x.getShape().get(0), x.getShape().get(1), w.getShape().get(1));
            NDArray bias = Values.input(inputs, 2);
            NDArray all = bias == null ? x.matMul(w) : x.matMul(w).add(bias);
            long v = widths[0] + widths[1];
            return new NDList(
                attend(
                    node,
                    pass,
                    split(node, Nd.slice(all, 2, 0, widths[0]), heads),
                    split(node, Nd.slice(all, 2, widths[0], v), heads),
                    split(node, Nd.slice(all, 2, v, v + widths[2]), heads),
                    Values.input(inputs, 3),
                    Values.input(inputs, 5)));
          };
        };
    return rule.fixedFrom(3);
  }

  /**
   * Inputs query [batch, queries, width], key and value [batch, keys, width] or [batch, heads,
   * keys, width / heads], the bias of all three, mask, scores.
   */
  static OperatorRule separate() {
    OperatorRule rule =
        (node, context) -> {
          Values.arity(node, 3, 6, 1);
          noCache(node);
          long heads = heads(node);
          return (inputs, pass) -> {
            NDArray q = inputs.get(0);
            NDArray k = inputs.get(1);
            NDArray v = inputs.get(2);
            if (Values.rank(q) != 3 || Values.rank(k) != Values.rank(v)) {
              throw Values.declined(
                  node, "query " + q.getShape() + " and key " + k.getShape() + " do not fit");
            }
            NDArray bias = Values.input(inputs, 3);
            if (bias != null) {
              long width = q.getShape().get(2);
              q = q.add(Nd.slice(bias, 0, 0, width));
              if (Values.rank(k) == 3) {
                k = k.add(Nd.slice(bias, 0, width, 2 * width));
                v = v.add(Nd.slice(bias, 0, 2 * width, bias.size()));
              }
            }
            return new NDList(
                attend(
                    node,
                    pass,
                    split(node, q, heads),
                    Values.rank(k) == 3 ? split(node, k, heads) : k,
                    Values.rank(v) == 3 ? split(node, v, heads) : v,
                    Values.input(inputs, 4),
                    Values.input(inputs, 5)));
          };
        };
    return rule.fixedFrom(4);
  }

  private static long heads(Node node) {
    long heads = node.intAttribute("num_heads", 0);
    if (heads < 1) {
      throw Values.declined(node, "num_heads " + heads + " is below 1");
    }
    return heads;
  }

  private static void noCache(Node node, int... past) {
    boolean cached = Arrays.stream(past).anyMatch(i -> node.input(i).isPresent());
    if (cached || node.intAttribute("do_rotary", 0) != 0) {
      throw Values.declined(node, "past keys and rotary positions cannot be trained");
    }
  }

  /** From [batch, time, width] to [batch, heads, time, width / heads]. */
  private static NDArray split(Node node, NDArray x, long heads) {
    long[] d = Values.dims(x);
    if (d[2] % heads != 0) {
      throw Values.declined(node, heads + " heads do not divide a width of " + d[2]);
    }
    return Values.reshaped(x, d[0], d[1], heads, d[2] / heads).swapAxes(1, 2);
  }

  private static NDArray attend(
      Node node, Pass pass, NDArray q, NDArray k, NDArray v, NDArray mask, NDArray added) {
    double size = q.getShape().get(3);
    double scale = node.floatAttribute("scale", 0);
    double factor = scale == 0 ? 1 / Math.sqrt(size) : scale;
    long queries = q.getShape().get(2);
    long keys = k.getShape().get(2);
    ValueSizes.limit(node, q.getShape().get(0), q.getShape().get(1), queries, keys);
    NDArray scores = q.matMul(k.swapAxes(2, 3)).mul(scalar(q, factor));
    double hidden = node.floatAttribute("mask_filter_value", -10000f);
    if (mask != null) {
      NDArray seen = seen(node, mask, q.getShape().get(0), keys);
      NDArray shut = seen.toType(pass.type(), false).neg().add(scalar(q, 1));
      scores = scores.add(shut.mul(scalar(q, hidden)));
    }
    if (added != null) {
      scores = scores.add(added);
    }
    if (node.intAttribute("unidirectional", 0) != 0) {
      ValueSizes.limitInJava(node, queries, keys);
      double[] later = new double[Math.toIntExact(queries * keys)];
      for (int i = 0; i < later.length; i++) {
        later[i] = i % keys - i / keys > keys - queries ? hidden : 0;
      }
      scores = scores.add(Nd.of(pass, later, queries, keys));
    }
    NDArray y = scores.softmax(3).matMul(v).swapAxes(1, 2);
    return Values.reshaped(y, y.getShape().get(0), queries, -1);
  }

  /** Whether a key is seen, broadcast to [batch, heads, queries, keys]. */
  private static NDArray seen(Node node, NDArray mask, long batch, long keys) {
    long[] d = Values.dims(mask);
    if (d.length == 1 && d[0] == batch) {
      long[] places = new long[Math.toIntExact(keys)];
      Arrays.setAll(places, i -> i);
      NDArray ends = Values.reshaped(mask.toType(DataType.INT64, false), batch, 1, 1, 1);
      return Nd.of(mask.getManager(), places, 1, 1, 1, keys).lt(ends);
    }
    if (d.length == 2 && d[0] == batch && d[1] == keys) {
      return Values.reshaped(mask, batch, 1, 1, keys).gt(0);
    }
    if (d.length == 3 && d[0] == batch && d[2] == keys) {
      return mask.expandDims(1).gt(0);
    }
    throw Values.declined(node, "a mask " + mask.getShape() + " cannot be trained");
  }
}
