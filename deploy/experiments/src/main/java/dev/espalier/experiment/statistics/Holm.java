package dev.espalier.experiment.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Correction of many tests that stand together (Holm 1979). */
public final class Holm {
  private Holm() {}

  /**
   * Holds the chance of a single false finding in the family: the i-th smallest of m becomes the
   * largest (m − j + 1) · p(j) of j up to i, at most 1.
   *
   * @param p of each test, from 0 to 1; may be empty
   * @return the adjusted ones, in the same order
   * @throws IllegalArgumentException for a p out of its range
   */
  public static double[] adjusted(double[] p) {
    for (int i = 0; i < p.length; i++) {
      if (!(p[i] >= 0 && p[i] <= 1)) {
        throw new IllegalArgumentException(
            "p[" + i + "] = " + p[i] + ": must be from 0 to 1; leave out tests without one");
      }
    }
    int[] ascending =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] adjusted = new double[p.length];
    double largest = 0;
    for (int i = 0; i < ascending.length; i++) {
      largest = Math.max(largest, Math.min(1, (p.length - i) * p[ascending[i]]));
      adjusted[ascending[i]] = largest;
    }
    return adjusted;
  }
}
