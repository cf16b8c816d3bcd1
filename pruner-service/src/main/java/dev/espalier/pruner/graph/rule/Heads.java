package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import java.util.List;

/**
 * The heads of one attention operator. A head goes whole, so that the size of a head and with it
 * the scale of the scores stay. Where several query heads read one key-value head, they go with it;
 * where all read the same one, it stays and each query head is on its own.
 *
 * @param query one unit a query head, or a unit for as many as share a key-value head
 * @param keyValue one unit a key-value head
 */
record Heads(Axes axes, int[] query, int[] keyValue) {
  /**
   * @throws IllegalArgumentException where the query heads do not share the others evenly
   */
  static Heads of(Axes axes, long query, long keyValue) {
    if (query < 1 || keyValue < 1 || query % keyValue != 0) {
      throw new IllegalArgumentException(
          query + " query heads cannot share " + keyValue + " heads of keys and values");
    }
    int[] own = axes.fresh(Math.toIntExact(keyValue == 1 ? query : keyValue));
    axes.heads(own);
    return keyValue == 1
        ? new Heads(axes, own, axes.fixed(1))
        : new Heads(axes, axes.merge(List.of(own, axes.fixed(query / keyValue))), own);
  }

  /** An axis of this length that holds the heads one after the other. */
  static int[] wide(Axes axes, int[] heads, long length) {
    if (length % heads.length != 0) {
      throw new IllegalArgumentException(
          "an axis of length " + length + " does not hold " + heads.length + " heads");
    }
    return axes.merge(List.of(heads, axes.fixed(length / heads.length)));
  }

  /**
   * Ties the last axis of a [batch, steps, width] value, or axis 1 of a [batch, heads, ...] one.
   */
  void hold(int[] heads, int[][] value) {
    if (value.length == 3) {
      axes.tie(value[2], wide(axes, heads, value[2].length));
      fixAllBut(value, 2);
    } else {
      cache(heads, value, 1);
    }
  }

  /** Ties the one axis of a value that counts heads. */
  void cache(int[] heads, int[][] value, int axis) {
    axes.tie(value[axis], heads);
    fixAllBut(value, axis);
  }

  /** What is added to the scores [batch, query heads, steps, steps], or masks them. */
  void bias(int[][] value) {
    int axis = value.length - 3;
    if (axis >= 0 && value[axis].length == query.length) {
      axes.tie(value[axis], query);
    } else {
      axis = -1;
    }
    fixAllBut(value, axis);
  }

  /** Sets the axes of an output: fixed, but for the heads on one of them. */
  void put(Node node, int output, int[] heads, int axis) {
    if (output < node.outputs().size() && !node.outputs().get(output).isEmpty()) {
      String name = node.outputs().get(output);
      int[][] made = axes.fixed(axes.shape(name));
      made[axis] = wide(axes, heads, made[axis].length);
      axes.put(name, made);
    }
  }

  private void fixAllBut(int[][] value, int held) {
    for (int axis = 0; axis < value.length; axis++) {
      if (axis != held) {
        axes.fix(value[axis]);
      }
    }
  }

  /** The part of the query heads that stays, seen on the operator's first output. */
  static long left(Mend mend, Node node, long heads) {
    long[] shape = mend.shape(node.output());
    int axis = shape.length == 3 ? 2 : 1;
    return heads * mend.kept(node.output(), axis).length / shape[axis];
  }

  /** Sets right how many heads a node says it has, where it says so. */
  static void mend(Mend mend, Node node, String query, String keyValue) {
    long heads = node.intAttribute(query, 0);
    long shared = node.intAttribute(keyValue, 0);
    if (heads > 0) {
      mend.attribute(query, left(mend, node, heads));
    }
    if (shared > 1) {
      mend.attribute(keyValue, left(mend, node, shared));
    }
  }

  /**
   * The multiply-accumulates of scores and of what they weigh.
   *
   * @param query [batch, steps, width] or [batch, heads, steps, size]
   * @param read steps that are read
   * @param output as the query
   */
  static long macs(long[] query, long read, long[] output) {
    return Math.multiplyExact(read, Math.addExact(elements(query), elements(output)));
  }

  private static long elements(long[] shape) {
    long elements = 1;
    for (long dim : shape) {
      elements = Math.multiplyExact(elements, dim);
    }
    return elements;
  }
}
