package dev.espalier.pruner.graph;

import dev.espalier.onnx.Node;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What stays on every axis of every value under a cut. */
public final class Survivors {
  private final Traced traced;
  private final boolean[] removed;
  private final boolean any;

  /**
   * @param removed for each group of the graph the units that go, from 0
   */
  public Survivors(Traced traced, int[][] removed) {
    this.traced = traced;
    this.removed = new boolean[traced.axes().idCount()];
    boolean some = false;
    for (int g = 0; g < removed.length; g++) {
      for (int unit : removed[g]) {
        this.removed[traced.unitIds()[g][unit]] = true;
        some = true;
      }
    }
    any = some;
  }

  /** True where the unit that an id belongs to goes. */
  public boolean gone(int id) {
    return removed[traced.axes().unit(id)];
  }

  /** True where an axis of a value loses units; false where there is no such axis. */
  public boolean cuts(String value, int axis) {
    int[][] axes = traced.axes().of(value);
    return any && axis < axes.length && length(axes[axis]) < axes[axis].length;
  }

  /** True where a value that the node reads or makes loses units. */
  public boolean touch(Node node) {
    return node.inputs().stream().anyMatch(this::cuts)
        || node.outputs().stream().anyMatch(this::cuts);
  }

  private boolean cuts(String value) {
    int rank = traced.axes().of(value).length;
    for (int axis = 0; axis < rank; axis++) {
      if (cuts(value, axis)) {
        return true;
      }
    }
    return false;
  }

  /** The indices of a value's axis that stay, ascending. */
  public int[] kept(String value, int axis) {
    int[] ids = traced.axes().of(value)[axis];
    int[] kept = new int[length(ids)];
    int n = 0;
    for (int i = 0; i < ids.length; i++) {
      if (!gone(ids[i])) {
        kept[n++] = i;
      }
    }
    return kept;
  }

  /** The places where this cut is approximate. */
  public List<Approximation> approximations() {
    return traced.approximations().stream()
        .filter(place -> Arrays.stream(place.ids()).anyMatch(this::gone))
        .toList();
  }

  /** The shape of every value after the cut. */
  public Map<String, long[]> shapes() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    traced
        .shapes()
        .forEach(
            (value, shape) -> {
              int[][] axes = traced.axes().of(value);
              long[] after = shape;
              for (int axis = 0; any && axis < Math.min(axes.length, shape.length); axis++) {
                int length = length(axes[axis]);
                if (length < axes[axis].length) {
                  after = after == shape ? shape.clone() : after;
                  after[axis] = length;
                }
              }
              shapes.put(value, after);
            });
    return shapes;
  }

  private int length(int[] ids) {
    int length = 0;
    for (int id : ids) {
      length += removed[traced.axes().unit(id)] ? 0 : 1;
    }
    return length;
  }
}
