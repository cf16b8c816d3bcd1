package dev.espalier.pruner.graph;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  private final Map<String, long[]> shapes;
  private final Map<String, long[]> ints;
  private final OnnxModel model;
  private final Map<String, int[][]> byValue = new HashMap<>();
  private final Map<Integer, int[]> fixed = new HashMap<>();
  private final UnionFind units = new UnionFind();
  private final UnionFind ties = new UnionFind();
  private final Products products = new Products(units);
  private final List<int[]> parts = new ArrayList<>();
  private final List<Approximation> approximations = new ArrayList<>();
  private long allocated;

  /**
   * @param prepared where shapes and integer constants are looked up
   */
  public Axes(Prepared prepared) {
    this.shapes = prepared.shapes();
    this.ints = prepared.ints();
    this.model = prepared.model();
  }

  /**
   * @return the axes of a value, without any where they are not known
   */
  public int[][] of(String value) {
    return byValue.getOrDefault(value, new int[0][]);
  }

  /**
   * @return the concrete shape of a value, without axes where it is not known
   */
  public long[] shape(String value) {
    return shapes.getOrDefault(value, new long[0]);
  }

  /**
   * @return the elements of a small integer value that does not depend on what is fed, with {@link
   *     Prepared#VARYING} where one depends on a free axis
   */
  public Optional<long[]> ints(String value) {
    return Optional.ofNullable(ints.get(value));
  }

  /** The model that is traced. */
  public OnnxModel model() {
    return model;
  }

  /** True where a graph input leaves an axis open. */
  public boolean hasFreeInput() {
    return model.inputs().stream()
        .flatMap(input -> input.getType().getTensorType().getShape().getDimList().stream())
        .anyMatch(dim -> !dim.hasDimValue());
  }

  /** True for an initialiser. */
  public boolean isWeight(String value) {
    return model.initializers().containsKey(value);
  }

  /** The values of a float32 initialiser, such as the factors of a resize. */
  public Optional<float[]> floats(String value) {
    return Optional.ofNullable(model.initializers().get(value))
        .filter(tensor -> tensor.type() == ElementType.FLOAT)
        .map(Tensor::floats);
  }

  /** The version of ONNX' own operators that the model asks for. */
  public long opset() {
    return model.opset();
  }

  public void put(String value, int[][] axes) {
    byValue.put(value, axes);
  }

  /** An axis with a new unit at each index. */
  public int[] fresh(int length) {
    int[] axis = new int[allocate(length)];
    int first = units.fresh(length);
    ties.fresh(length);
    for (int i = 0; i < length; i++) {
      axis[i] = first + i;
    }
    return axis;
  }

  /** Axes of the given lengths with a new unit at each index. */
  public int[][] fresh(int[] dims) {
    int[][] axes = new int[dims.length][];
    for (int axis = 0; axis < dims.length; axis++) {
      axes[axis] = fresh(dims[axis]);
    }
    return axes;
  }

  /** A fixed axis. */
  public int[] fixed(long length) {
    return fixed.computeIfAbsent(Math.toIntExact(length), known -> new int[allocate(known)]);
  }

  /** Axes of the given lengths, all fixed. */
  public int[][] fixed(long[] dims) {
    int[][] axes = new int[dims.length][];
    for (int axis = 0; axis < dims.length; axis++) {
      axes[axis] = fixed(dims[axis]);
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
        if (a[i] != FIXED && b[i] != FIXED) {
          ties.union(a[i], b[i]);
        }
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

  /** True where nothing on the axis can be cut any more. */
  public boolean isFixed(int[] axis) {
    for (int id : axis) {
      if (units.find(id) != FIXED) {
        return false;
      }
    }
    return true;
  }

  /** Makes the whole, row-major, the product of the factors; see {@link Products}. */
  public void product(int[] whole, List<int[]> factors) {
    Splits.check(whole, factors);
    List<int[]> longer = factors.stream().filter(factor -> factor.length > 1).toList();
    factors.stream().filter(factor -> factor.length == 1).forEach(this::fix);
    if (longer.size() == 1) {
      tie(whole, longer.getFirst());
    } else if (longer.isEmpty()) {
      fix(whole);
    } else {
      products.add(whole, factors);
    }
  }

  /** The factors of an axis, row-major, of the given lengths. */
  public List<int[]> split(int[] whole, int... lengths) {
    return Splits.split(this, whole, lengths);
  }

  /** The axis that is the row-major product of these. */
  public int[] merge(List<int[]> factors) {
    return Splits.merge(this, factors);
  }

  /** Says that the indices of this axis are attention heads. */
  public void heads(int[] axis) {
    mark(axis, Products.HEAD);
  }

  /**
   * Says that a node averages or normalises over this axis, so that cutting it is approximate.
   *
   * @param reason in words, such as "normalises over the cut axis"
   */
  public void approximate(Node node, int[] axis, String reason) {
    if (!isFixed(axis)) {
      mark(axis, Products.NORMALISED);
      approximations.add(new Approximation(node.name(), node.operator(), reason, axis));
    }
  }

  /**
   * Says that this axis is a part of another, cut out of it: its units are kept apart from the
   * rest, so that never all of it goes.
   */
  public void part(int[] axis) {
    if (!isFixed(axis)) {
      parts.add(axis);
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

  /** Decides what reshapes left open; nothing is tied afterwards. */
  void resolve() {
    products.resolve();
  }

  /** What is tied to what, whatever is fixed. */
  UnionFind ties() {
    return ties;
  }

  List<int[]> parts() {
    return parts;
  }

  List<Approximation> approximations() {
    return approximations;
  }

  /** An upper bound, exclusive, of all ids. */
  int idCount() {
    return units.size();
  }

  private void mark(int[] axis, int mark) {
    for (int id : axis) {
      units.mark(id, mark);
    }
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
