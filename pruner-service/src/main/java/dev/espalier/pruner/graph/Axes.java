package dev.espalier.pruner.graph;

import dev.espalier.onnx.OnnxException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The axes of every value of a graph, each a list of unit ids, one an index: {@code axes[axis][i]}.
 * What holds ids of one unit must go together. Rules read the axes of a node's inputs, tie what
 * belongs together and set the axes of its outputs. Arrays are shared between values: never write
 * into them.
 */
public final class Axes {
  /** The id of what is never cut. */
  public static final int FIXED = 0;

  /** Most ids that one graph may take; beyond it a model is refused rather than memory filled. */
  static final int MOST_IDS = 1 << 24;

  private final Map<String, int[][]> byValue = new HashMap<>();
  private final Map<Integer, int[]> fixed = new HashMap<>();
  private final UnionFind units = new UnionFind();
  private long allocated;

  /**
   * @return the axes of a value, without any where they are not known
   */
  public int[][] of(String value) {
    return byValue.getOrDefault(value, new int[0][]);
  }

  public void put(String value, int[][] axes) {
    byValue.put(value, axes);
  }

  /** Axes of the given lengths with a new unit at each index. */
  public int[][] fresh(int[] dims) {
    int[][] axes = new int[dims.length][];
    for (int axis = 0; axis < dims.length; axis++) {
      axes[axis] = new int[allocate(dims[axis])];
      int first = units.fresh(dims[axis]);
      for (int i = 0; i < axes[axis].length; i++) {
        axes[axis][i] = first + i;
      }
    }
    return axes;
  }

  /** Axes of the given lengths, all fixed. */
  public int[][] fixed(long[] dims) {
    int[][] axes = new int[dims.length][];
    for (int axis = 0; axis < dims.length; axis++) {
      axes[axis] = fixed.computeIfAbsent((int) dims[axis], length -> new int[allocate(length)]);
    }
    return axes;
  }

  /** Ties two axes index by index. */
  public void tie(int[] a, int[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException("axes of length " + a.length + " and " + b.length);
    }
    if (a != b) {
      for (int i = 0; i < a.length; i++) {
        units.union(a[i], b[i]);
      }
    }
  }

  /** Makes every unit on an axis fixed. */
  public void fix(int[] axis) {
    for (int id : axis) {
      units.union(FIXED, id);
    }
  }

  /** Makes every unit on every axis of these values fixed. */
  public void fix(Collection<String> values) {
    for (String value : values) {
      for (int[] axis : of(value)) {
        fix(axis);
      }
    }
  }

  /**
   * Ties two values index by index as numpy broadcasting lines them up. An axis of length 1 that is
   * stretched is fixed: it holds for every index of the other.
   *
   * @return the axes of the result
   */
  public int[][] broadcast(int[][] a, int[][] b) {
    int rank = Math.max(a.length, b.length);
    int[][] result = new int[rank][];
    for (int axis = 0; axis < rank; axis++) {
      int inA = axis - (rank - a.length);
      int inB = axis - (rank - b.length);
      result[axis] = inA < 0 ? b[inB] : inB < 0 ? a[inA] : meet(a[inA], b[inB]);
    }
    return result;
  }

  private int[] meet(int[] a, int[] b) {
    if (a.length == b.length) {
      tie(a, b);
      return a;
    }
    if (a.length != 1 && b.length != 1) {
      throw new IllegalArgumentException(
          "axes of length " + a.length + " and " + b.length + " do not broadcast");
    }
    fix(a.length == 1 ? a : b);
    return a.length == 1 ? b : a;
  }

  /** The unit that an id belongs to, {@link #FIXED} where it is never cut. */
  public int unit(int id) {
    return units.find(id);
  }

  /** An upper bound, exclusive, of all ids. */
  int idCount() {
    return units.size();
  }

  private int allocate(int length) {
    allocated += length;
    if (length < 0 || allocated > MOST_IDS) {
      throw new OnnxException(
          "model", "its axes have more than " + MOST_IDS + " indices together, or a negative dim");
    }
    return length;
  }
}
