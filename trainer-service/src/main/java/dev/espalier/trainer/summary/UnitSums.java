package dev.espalier.trainer.summary;

import java.util.Arrays;

/**
 * Sums over the units of a {@link UnitMembership}, in double. An element counts once in a unit
 * however many axes hold it, and in every unit that holds it. Units of a row (the indices of an
 * axis before the last) take the row's sums, those of its columns the columns'; what lies in a row
 * and in a column of one unit is taken off once.
 */
public final class UnitSums {
  /** Columns up to which a row is added to sums of columns, a form that the JVM vectorises. */
  private static final int MOST_COLUMNS = 1 << 15;

  private static final int BLOCK = 4096;

  private final UnitMembership membership;
  private final double[] absolute;
  private final double[] squared;
  private final double[] product;
  private final double[] columnAbsolute;
  private final double[] columnSquared;
  private final double[] columnProduct;
  private final long[] counts;
  private final int[] rowSlots;
  private int rowSlotCount;
  private double runAbsolute;
  private double runSquared;
  private double runProduct;

  public UnitSums(UnitMembership membership) {
    this.membership = membership;
    absolute = new double[membership.slots()];
    squared = new double[membership.slots()];
    product = new double[membership.slots()];
    int columns = 0;
    int slots = 0;
    for (TensorUnits tensor : membership.tensors()) {
      if (asColumns(tensor)) {
        columns = Math.max(columns, tensor.columns());
      }
      slots = Math.max(slots, tensor.mostRowSlots());
    }
    columnAbsolute = new double[columns];
    columnSquared = new double[columns];
    columnProduct = new double[columns];
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
    Arrays.fill(absolute, 0);
    Arrays.fill(squared, 0);
    Arrays.fill(product, 0);
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
      int row = (start + at) / length;
      int within = (start + at) % length;
      int to = Math.min(count, at + length - within);
      rowSlotCount = units.rowSlots(row, rowSlots);
      if (units.inner() > 1) {
        addWide(units, within, gradient, value, at, to);
      } else {
        addRow(units, within, gradient, value, at, to);
      }
      at = to;
    }
    if (asColumns(units) && start + count == membership.membership().shapes().get(tensor).size()) {
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
        statistics.meanAbsoluteGradient()[g][u] = narrow(absolute[slot] / count);
        statistics.meanSquaredGradient()[g][u] = narrow(squared[slot] / count);
        statistics.taylor()[g][u] = narrow(Math.abs(product[slot]));
      }
    }
    return statistics;
  }

  private static float narrow(double value) {
    return (float) (value < Double.POSITIVE_INFINITY ? Math.min(value, Float.MAX_VALUE) : value);
  }

  private static boolean asColumns(TensorUnits units) {
    return units.inner() == 1 && units.outer().length > 0 && units.columns() <= MOST_COLUMNS;
  }

  /** Columns of several elements. */
  private void addWide(
      TensorUnits units, int within, float[] gradient, float[] value, int from, int to) {
    double rowAbsolute = 0;
    double rowSquared = 0;
    double rowProduct = 0;
    int inner = units.inner();
    int column = within / inner;
    int end = from + inner - within % inner;
    for (int at = from; at < to; column++, end += inner) {
      int stop = Math.min(to, end);
      sum(gradient, value, at, stop);
      for (int l = 0; l < units.layers().size(); l++) {
        int slot = units.layers().get(l).slots()[column];
        if (slot >= 0 && !TensorUnits.contains(rowSlots, rowSlotCount, slot)) {
          addRun(slot);
        }
      }
      rowAbsolute += runAbsolute;
      rowSquared += runSquared;
      rowProduct += runProduct;
      at = stop;
    }
    runAbsolute = rowAbsolute;
    runSquared = rowSquared;
    runProduct = rowProduct;
    for (int r = 0; r < rowSlotCount; r++) {
      addRun(rowSlots[r]);
    }
  }

  /** Columns of one element. */
  private void addRow(
      TensorUnits units, int within, float[] gradient, float[] value, int from, int to) {
    if (asColumns(units)) {
      addColumns(within - from, gradient, value, from, to);
    } else {
      units.layers().forEach(layer -> scatter(layer, within - from, gradient, value, from, to));
    }
    if (rowSlotCount == 0) {
      return;
    }
    sum(gradient, value, from, to);
    for (int r = 0; r < rowSlotCount; r++) {
      addRun(rowSlots[r]);
    }
    for (TensorUnits.Columns again : units.again()) {
      for (int r = 0; again != null && r < rowSlotCount; r++) {
        if (again.has(rowSlots[r])) {
          takeOff(again, rowSlots[r], within - from, gradient, value, from, to);
        }
      }
    }
  }

  private void addColumns(int shift, float[] gradient, float[] value, int from, int to) {
    for (int i = from; i < to; i++) {
      columnAbsolute[shift + i] += Math.abs((double) gradient[i]);
    }
    for (int i = from; i < to; i++) {
      columnSquared[shift + i] += (double) gradient[i] * gradient[i];
    }
    for (int i = from; i < to; i++) {
      columnProduct[shift + i] += (double) gradient[i] * value[i];
    }
  }

  private void scatter(
      TensorUnits.Layer layer, int shift, float[] gradient, float[] value, int from, int to) {
    for (int i = from; i < to; i++) {
      int slot = layer.slots()[shift + i];
      if (slot >= 0) {
        add(slot, gradient[i], value[i], 1);
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
    int begin = again.starts()[slot - again.first()];
    int end = again.starts()[slot - again.first() + 1];
    int at = Arrays.binarySearch(again.columns(), begin, end, from + shift);
    for (int c = at < 0 ? -at - 1 : at; c < end; c++) {
      int i = again.columns()[c] - shift;
      if (i >= to) {
        return;
      }
      add(slot, gradient[i], value[i], -1);
    }
  }

  private void add(int slot, double g, double theta, int sign) {
    absolute[slot] += sign * Math.abs(g);
    squared[slot] += sign * g * g;
    product[slot] += sign * g * theta;
  }

  private void addRun(int slot) {
    absolute[slot] += runAbsolute;
    squared[slot] += runSquared;
    product[slot] += runProduct;
  }

  /** Sums of a run of elements, in four lanes that do not wait for one another. */
  private void sum(float[] gradient, float[] value, int from, int to) {
    double a0 = 0;
    double a1 = 0;
    double a2 = 0;
    double a3 = 0;
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double p0 = 0;
    double p1 = 0;
    double p2 = 0;
    double p3 = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      double g0 = gradient[i];
      double g1 = gradient[i + 1];
      double g2 = gradient[i + 2];
      double g3 = gradient[i + 3];
      a0 += Math.abs(g0);
      a1 += Math.abs(g1);
      a2 += Math.abs(g2);
      a3 += Math.abs(g3);
      s0 += g0 * g0;
      s1 += g1 * g1;
      s2 += g2 * g2;
      s3 += g3 * g3;
      p0 += g0 * value[i];
      p1 += g1 * value[i + 1];
      p2 += g2 * value[i + 2];
      p3 += g3 * value[i + 3];
    }
    for (; i < to; i++) {
      double g = gradient[i];
      a0 += Math.abs(g);
      s0 += g * g;
      p0 += g * value[i];
    }
    runAbsolute = (a0 + a1) + (a2 + a3);
    runSquared = (s0 + s1) + (s2 + s3);
    runProduct = (p0 + p1) + (p2 + p3);
  }

  private void emptyColumns(TensorUnits units) {
    for (TensorUnits.Layer layer : units.layers()) {
      for (int column = 0; column < units.columns(); column++) {
        int slot = layer.slots()[column];
        if (slot >= 0) {
          absolute[slot] += columnAbsolute[column];
          squared[slot] += columnSquared[column];
          product[slot] += columnProduct[column];
        }
      }
    }
    Arrays.fill(columnAbsolute, 0, units.columns(), 0);
    Arrays.fill(columnSquared, 0, units.columns(), 0);
    Arrays.fill(columnProduct, 0, units.columns(), 0);
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
    long[] counts = new long[absolute.length];
    for (int slot = 0; slot < counts.length; slot++) {
      counts[slot] = Math.round(absolute[slot]);
    }
    return counts;
  }
}
