package dev.espalier.pruner.bench;

import java.util.Arrays;
import java.util.function.Supplier;

/** Rounds of the same work. */
final class Rounds {
  private Rounds() {}

  /** Milliseconds of the median of so many rounds; a first one is not counted. */
  static double median(int rounds, Supplier<?> work) {
    work.get();
    double[] ms = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      long before = System.nanoTime();
      work.get();
      ms[i] = (System.nanoTime() - before) / 1e6;
    }
    Arrays.sort(ms);
    return ms[rounds / 2];
  }
}
