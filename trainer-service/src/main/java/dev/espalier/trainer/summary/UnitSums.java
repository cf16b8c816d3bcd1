package dev.espalier.trainer.summary;

import java.util.Arrays;

/**
 * Sums over the units of a {@link UnitMembership}, in double. An element counts once in a unit
 * however many axes hold it, and in every unit that holds it. Units of a row (the indices of an
 * axis before the last) take the row's sums, those of its columns the columns'; what lies in a row
 * and in a column of one unit is taken off once.
 */
public final class UnitSums {
  /** Columns up to which rows are added to sums of columns, a form that the JVM vectorises. */
  private static final int MOST_COLUMNS = 1 << 15;

  private static final int BLOCK = 4096;

  private final UnitMembership membership;
  private final SumTable sums;
  private final SumTable columnSums;
  private final RunSum run = new RunSum();
  private final RunSum wholeRow = new RunSum();
  private final int[] rowSlots;
  private final long[] counts;
  private int rowSlotCount;

  public UnitSums(UnitMembership membership) {
    this.membership = membership;
    sums = new SumTable(membership.slots());
    int columns = 0;
    int slots = 0;
    for (TensorUnits tensor : membership.tensors()) {
      columns = Math.max(columns, byColumns(tensor) ? tensor.columns() : 0);
      slots = Math.max(slots, tensor.mostRowSlots());
    }
    columnSums = new SumTable(columns);
    rowSlots = new int[slots];
    counts = count();
    clear();
  }

  /** The units. */
  public UnitMembership membership() {
    return membership;
  }

  /** Starts anew. */
  public void clear() {
    sums.clear(membership.slots());
  }

  /**
   * Adds |g|, g^2 and theta g of some elements of a tensor. All elements of a tensor are to be
   * added, block by block from the first.
   *
   * @param tensor which tensor
   * @param start where in the tensor the block begins
   * @param gradient the gradients, from index 0
   * @param value the elements, from index 0
   * @param count how many
   */
  public void add(int tensor, int start, float[] gradient, float[] value, int count) {
    TensorUnits units = membership.tensors().get(tensor);
    if (units.isEmpty()) {
      return;
    }
    int length = units.rowLength();
    int at = 0;
    while (at < count) {
      int within = (start + at) % length;
      int to = Math.min(count, at + length - within);
      rowSlotCount = units.rowSlots((start + at) / length, rowSlots);
      if (units.inner() > 1) {
        addWide(units, within, gradient, value, at, to);
      } else {
        addRow(units, within - at, gradient, value, at, to);
      }
      at = to;
    }
    if (byColumns(units) && start + count == membership.membership().shapes().get(tensor).size()) {
      emptyColumns(units);
    }
  }

  /** What the sums say. */
  public UnitStatistics statistics() {
    int groups = membership.membership().groups().size();
    UnitStatistics statistics =
        new UnitStatistics(new float[groups][], new float[groups][], new float[groups][]);
    for (int g = 0; g < groups; g++) {
      int units = membership.units(g);
      statistics.meanAbsoluteGradient()[g] = new float[units];
      statistics.meanSquaredGradient()[g] = new float[units];
      statistics.taylor()[g] = new float[units];
      for (int u = 0; u < units; u++) {
        int slot = membership.first(g) + u;
        double count = Math.max(1, counts[slot]);
        statistics.meanAbsoluteGradient()[g][u] = narrow(sums.absolute[slot] / count);
        statistics.meanSquaredGradient()[g][u] = narrow(sums.squared[slot] / count);
        statistics.taylor()[g][u] = narrow(Math.abs(sums.product[slot]));
      }
    }
    return statistics;
  }

  private static float narrow(double value) {
    return (float) (value < Double.POSITIVE_INFINITY ? Math.min(value, Float.MAX_VALUE) : value);
  }

  private static boolean byColumns(TensorUnits units) {
    return units.inner() == 1 && units.outer().length > 0 && units.columns() <= MOST_COLUMNS;
  }

  /** Part of a row whose columns are several elements each. */
  private void addWide(
      TensorUnits units, int within, float[] gradient, float[] value, int from, int to) {
    wholeRow.clear();
    int column = within / units.inner();
    int end = from + units.inner() - within % units.inner();
    int at = from;
    while (at < to) {
      int stop = Math.min(to, end);
      run.set(gradient, value, at, stop);
      for (int l = 0; l < units.layers().size(); l++) {
        int slot = units.layers().get(l).slots()[column];
        if (slot >= 0 && !TensorUnits.contains(rowSlots, rowSlotCount, slot)) {
          sums.add(slot, run);
        }
      }
      wholeRow.add(run);
      at = stop;
      column++;
      end += units.inner();
    }
    for (int r = 0; r < rowSlotCount; r++) {
      sums.add(rowSlots[r], wholeRow);
    }
  }

  /**
   * Part of a row whose columns are one element each.
   *
   * @param shift from an element's place in the block to its column
   */
  private void addRow(
      TensorUnits units, int shift, float[] gradient, float[] value, int from, int to) {
    if (byColumns(units)) {
      columnSums.addEach(shift, gradient, value, from, to);
    } else {
      units.layers().forEach(layer -> scatter(layer, shift, gradient, value, from, to));
    }
    if (rowSlotCount == 0) {
      return;
    }
    run.set(gradient, value, from, to);
    for (int r = 0; r < rowSlotCount; r++) {
      sums.add(rowSlots[r], run);
      for (TensorUnits.Columns again : units.again()) {
        if (again.has(rowSlots[r])) {
          takeOff(again, rowSlots[r], shift, gradient, value, from, to);
        }
      }
    }
  }

  private void scatter(
      TensorUnits.Layer layer, int shift, float[] gradient, float[] value, int from, int to) {
    for (int i = from; i < to; i++) {
      int slot = layer.slots()[shift + i];
      if (slot >= 0) {
        sums.add(slot, gradient[i], value[i], 1);
      }
    }
  }

  private void takeOff(
      TensorUnits.Columns again,
      int slot,
      int shift,
      float[] gradient,
      float[] value,
      int from,
      int to) {
    int end = again.end(slot);
    for (int c = again.from(slot, from + shift); c < end; c++) {
      int i = again.columns()[c] - shift;
      if (i >= to) {
        return;
      }
      sums.add(slot, gradient[i], value[i], -1);
    }
  }

  private void emptyColumns(TensorUnits units) {
    for (TensorUnits.Layer layer : units.layers()) {
      for (int column = 0; column < units.columns(); column++) {
        if (layer.slots()[column] >= 0) {
          sums.add(layer.slots()[column], columnSums, column);
        }
      }
    }
    columnSums.clear(units.columns());
  }

  /** Parameters of each unit: the sum of gradients that are all 1. */
  private long[] count() {
    float[] ones = new float[BLOCK];
    Arrays.fill(ones, 1);
    for (int t = 0; t < membership.tensors().size(); t++) {
      int size = membership.membership().shapes().get(t).size();
      for (int start = 0; start < size; start += BLOCK) {
        add(t, start, ones, ones, Math.min(BLOCK, size - start));
      }
    }
    return Arrays.stream(sums.absolute).mapToLong(Math::round).toArray();
  }
}
