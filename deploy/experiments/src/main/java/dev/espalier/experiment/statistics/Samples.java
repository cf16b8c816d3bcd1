package dev.espalier.experiment.statistics;

import java.util.Arrays;

/** What every statistic asks of its values. */
final class Samples {
  private Samples() {}

  static void check(String name, double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException(name + " is empty: give at least one value");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            name + "[" + i + "] = " + values[i] + ": leave out what is not finite");
      }
    }
  }

  static void checkPairs(double[] first, double[] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          first.length + " values against " + second.length + ": pairs need as many of both");
    }
  }

  /** The mean; exactly the value where all are the same. */
  static double mean(double[] values) {
    double first = values[0];
    return first + Arrays.stream(values).map(value -> value - first).sum() / values.length;
  }
}
