package dev.espalier.trainer.summary;

import java.util.Arrays;

/** Sums of |g|, g^2 and theta g, one of each an entry. */
final class SumTable {
  final double[] absolute;
  final double[] squared;
  final double[] product;

  SumTable(int entries) {
    absolute = new double[entries];
    squared = new double[entries];
    product = new double[entries];
  }

  /** Zeroes the first entries. */
  void clear(int entries) {
    Arrays.fill(absolute, 0, entries, 0);
    Arrays.fill(squared, 0, entries, 0);
    Arrays.fill(product, 0, entries, 0);
  }

  /**
   * Adds one element, or takes it off.
   *
   * @param sign 1 or -1
   */
  void add(int entry, double g, double theta, int sign) {
    absolute[entry] += sign * Math.abs(g);
    squared[entry] += sign * g * g;
    product[entry] += sign * g * theta;
  }

  void add(int entry, RunSum run) {
    absolute[entry] += run.absolute;
    squared[entry] += run.squared;
    product[entry] += run.product;
  }

  void add(int entry, SumTable from, int other) {
    absolute[entry] += from.absolute[other];
    squared[entry] += from.squared[other];
    product[entry] += from.product[other];
  }

  /** Adds each element to an entry of its own: element i to entry i + shift. */
  void addEach(int shift, float[] gradient, float[] value, int from, int to) {
    for (int i = from; i < to; i++) {
      absolute[shift + i] += Math.abs((double) gradient[i]);
    }
    for (int i = from; i < to; i++) {
      squared[shift + i] += (double) gradient[i] * gradient[i];
    }
    for (int i = from; i < to; i++) {
      product[shift + i] += (double) gradient[i] * value[i];
    }
  }
}
