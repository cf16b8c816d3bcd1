package dev.espalier.experiment.latent;

import java.util.SplittableRandom;

/**
 * The null model: the same network, its gradients shuffled across all parameters that lie in
 * groups. What a group then scores comes of its size alone. |gradient| and squared gradient of a
 * parameter move together.
 */
final class ShuffledGradients {
  private ShuffledGradients() {}

  /**
   * @param count of shuffles, at least 1
   * @param seed of the shuffles
   * @return for each shuffle the sums over groups: metrics by groups
   */
  static double[][][] sums(GradientField field, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] packed = packed(field);
    double[][][] sums = new double[count][][];
    for (int s = 0; s < count; s++) {
      sums[s] = field.overGroups(shuffled(field, packed, random));
    }
    return sums;
  }

  /** A pair of floats each, so that a move touches one place in memory. */
  private static long[] packed(GradientField field) {
    long[] packed = new long[field.absolute().length];
    for (int i = 0; i < packed.length; i++) {
      packed[i] =
          (long) Float.floatToRawIntBits(field.absolute()[i]) << Integer.SIZE
              | Integer.toUnsignedLong(Float.floatToRawIntBits(field.squared()[i]));
    }
    return packed;
  }

  /** The sums over cells after a Fisher-Yates shuffle, in which each place is final at once. */
  private static double[][] shuffled(GradientField field, long[] packed, SplittableRandom random) {
    int[] ends = field.cellEnds();
    double[][] cells = new double[GradientField.METRICS][ends.length];
    int i = 0;
    for (int cell = 0; cell < ends.length; cell++) {
      double absolute = 0;
      double squared = 0;
      boolean last = cell == ends.length - 1;
      for (; i < ends[cell]; i++) {
        // What is left for the last cell is the same in any order.
        int from = last ? i : i + random.nextInt(packed.length - i);
        long value = packed[from];
        packed[from] = packed[i];
        packed[i] = value;
        absolute += Float.intBitsToFloat((int) (value >>> Integer.SIZE));
        squared += Float.intBitsToFloat((int) value);
      }
      cells[0][cell] = absolute;
      cells[1][cell] = squared;
    }
    return cells;
  }
}
