package dev.espalier.pruner.report.html;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Where a value lies on an axis.
 *
 * @param from the value at 0; above 0 on a logarithmic axis
 * @param to the value at 1, above {@code from}
 */
record Scale(double from, double to, boolean log) {
  private static final int MOST_TICKS = 6;

  /** Round bounds around values from 0; logarithmic where they span more than two decades. */
  static Scale around(Collection<Double> values) {
    double max = 0;
    double min = Double.POSITIVE_INFINITY;
    for (double value : values) {
      max = Math.max(max, value);
      min = value > 0 ? Math.min(min, value) : min;
    }
    if (!(max > 0)) {
      return new Scale(0, 1, false);
    }
    if (max / min > 100) {
      double floor = Math.max(min, max * 1e-9);
      return new Scale(
          Math.pow(10, Math.floor(Math.log10(floor))),
          Math.pow(10, Math.ceil(Math.log10(max) - 1e-9)),
          true);
    }
    double step = step(max / MOST_TICKS);
    return new Scale(0, step * Math.ceil(max / step - 1e-9), false);
  }

  /** From 0 to 1; what lies outside is drawn at the end. */
  double position(double value) {
    double position =
        log
            ? (Math.log10(Math.max(value, from)) - Math.log10(from))
                / (Math.log10(to) - Math.log10(from))
            : (value - from) / (to - from);
    return Math.max(0, Math.min(1, position));
  }

  /** Round values within. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (log) {
      int first = (int) Math.round(Math.log10(from));
      int last = (int) Math.round(Math.log10(to));
      int stride = (last - first) / MOST_TICKS + 1;
      for (int exponent = first; exponent <= last; exponent += stride) {
        ticks.add(Math.pow(10, exponent));
      }
    } else {
      double step = step((to - from) / MOST_TICKS);
      for (int i = 0; from + i * step <= to * (1 + 1e-9); i++) {
        ticks.add(from + i * step);
      }
    }
    return ticks;
  }

  private static double step(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    double mantissa = least / power;
    return power * (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10);
  }
}
