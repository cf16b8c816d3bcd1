package dev.espalier.trainer.summary;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which groups every single parameter belongs to. Elements of one tensor that belong to the same
 * set of groups form a <em>cell</em>; sums are made over cells, and a group is the union of whole
 * cells, so that an element counts once in a group however many of its slices hold it, and counts
 * in every group that holds it.
 */
public final class Membership {
  private final List<GroupSlices> groups;
  private final List<TensorCells> tensors;
  private final List<BitSet> cellGroups = new ArrayList<>();

  /**
   * @param shapes all parameter tensors of the model, in the order of {@link #tensors}
   * @param groups in the order of a summary's columns; may be empty
   * @throws IllegalArgumentException where a slice does not lie in its tensor; names it
   */
  public Membership(List<TensorShape> shapes, List<GroupSlices> groups) {
    this.groups = List.copyOf(groups);
    Map<String, TensorShape> byName = new HashMap<>();
    shapes.forEach(shape -> byName.put(shape.name(), shape));
    Map<String, BitSet[][]> axes = new HashMap<>();
    for (int g = 0; g < groups.size(); g++) {
      for (GroupSlices.Slice slice : groups.get(g).slices()) {
        TensorShape shape = byName.get(slice.initializer());
        check(groups.get(g), slice, shape);
        BitSet[] axis =
            axes.computeIfAbsent(slice.initializer(), name -> emptyAxes(shape))[slice.axis()];
        for (int index : slice.indices()) {
          axis[index].set(g);
        }
      }
    }
    List<TensorCells> cells = new ArrayList<>(shapes.size());
    for (TensorShape shape : shapes) {
      BitSet[][] marks = axes.get(shape.name());
      cells.add(
          marks == null
              ? TensorCells.whole(shape.size(), newCell(new BitSet()))
              : TensorCells.of(shape.dims(), marks, this::newCell));
    }
    tensors = List.copyOf(cells);
  }

  /** The groups, in the order of the columns. */
  public List<GroupSlices> groups() {
    return groups;
  }

  /** The cells of each tensor, in the order given. */
  public List<TensorCells> tensors() {
    return tensors;
  }

  /** Number of cells over all tensors. */
  public int cells() {
    return cellGroups.size();
  }

  /** Columns of the groups that a cell belongs to. */
  public BitSet groupsOf(int cell) {
    return (BitSet) cellGroups.get(cell).clone();
  }

  private int newCell(BitSet members) {
    cellGroups.add(members);
    return cellGroups.size() - 1;
  }

  private static BitSet[][] emptyAxes(TensorShape shape) {
    BitSet[][] axes = new BitSet[shape.dims().length][];
    for (int a = 0; a < axes.length; a++) {
      axes[a] = new BitSet[shape.dims()[a]];
      for (int i = 0; i < axes[a].length; i++) {
        axes[a][i] = new BitSet();
      }
    }
    return axes;
  }

  private static void check(GroupSlices group, GroupSlices.Slice slice, TensorShape shape) {
    String place = "group \"" + group.id() + "\", initialiser \"" + slice.initializer() + "\"";
    if (shape == null) {
      throw new IllegalArgumentException(place + ": the model has no such parameter");
    }
    if (slice.axis() < 0 || slice.axis() >= shape.dims().length) {
      throw new IllegalArgumentException(
          place + ": axis " + slice.axis() + " of " + shape.dims().length);
    }
    int length = shape.dims()[slice.axis()];
    for (int index : slice.indices()) {
      if (index < 0 || index >= length) {
        throw new IllegalArgumentException(
            place + ": index " + index + " on axis " + slice.axis() + " of length " + length);
      }
    }
  }
}
