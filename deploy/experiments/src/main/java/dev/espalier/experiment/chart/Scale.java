package dev.espalier.experiment.chart;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Values along an axis; in logarithmic ones a value is placed by its decimal logarithm.
 *
 * @param from place of the axis' begin
 * @param to place of its end, above it
 * @param logarithmic whether places are logarithms
 */
record Scale(double from, double to, boolean logarithmic) {
  /** A mark of the axis. */
  record Tick(double place, String label) {}

  /**
   * An axis around values.
   *
   * @param values finite; on a logarithmic axis those that are not positive have no place
   * @param zero whether 0 belongs on a linear one
   */
  static Scale around(double[] values, boolean logarithmic, boolean zero) {
    double[] places =
        Arrays.stream(values)
            .filter(value -> !logarithmic || value > 0)
            .map(value -> logarithmic ? Math.log10(value) : value)
            .toArray();
    double low = Arrays.stream(places).min().orElse(0);
    double high = Arrays.stream(places).max().orElse(1);
    if (zero && !logarithmic) {
      double span = Math.max(high, 0) - Math.min(low, 0);
      double pad = span == 0 ? 1 : 0.05 * span;
      return new Scale(low < 0 ? low - pad : 0, high > 0 || low == 0 ? high + pad : 0, false);
    }
    double least = logarithmic ? 0.1 : Math.max(1e-12, 1e-6 * Math.abs(high));
    double pad = high - low < least ? (logarithmic ? 0.15 : alone(high)) : 0.05 * (high - low);
    return new Scale(low - pad, high + pad, logarithmic);
  }

  private static double alone(double value) {
    return value == 0 ? 1 : Math.abs(value) / 10;
  }

  /** Whether a value has a place at all. */
  boolean holds(double value) {
    return !logarithmic || value > 0;
  }

  /** The axis' name, which says so where values have no place on it. */
  String named(Chart.Axis axis, double[] values) {
    boolean whole = Arrays.stream(values).allMatch(this::holds);
    return axis.label() + (whole ? "" : "; 0 and less not shown");
  }

  double place(double value) {
    return logarithmic ? Math.log10(value) : value;
  }

  /** The place as a share of the axis, at most a little outside. */
  double share(double place) {
    return (place - from) / (to - from);
  }

  /** The value's own ticks, where it makes sense to mark just these. */
  List<Tick> ticks(double[] values) {
    return Arrays.stream(values)
        .distinct()
        .sorted()
        .filter(this::holds)
        .mapToObj(value -> new Tick(place(value), label(value)))
        .toList();
  }

  /**
   * Round values.
   *
   * @param most about how many
   */
  List<Tick> ticks(int most) {
    if (!logarithmic) {
      return linear(most);
    }
    int[][] choices = {{1}, {1, 3}, {1, 2, 5}, {1, 2, 3, 4, 5, 6, 7, 8, 9}};
    List<Tick> best = decades(choices[0], 1 + (int) ((to - from) / most));
    for (int[] steps : choices) {
      List<Tick> ticks = decades(steps, 1);
      if (ticks.size() <= most && ticks.size() > best.size()) {
        best = ticks;
      }
    }
    return best.size() < 2 ? linearValues(most) : best;
  }

  private List<Tick> decades(int[] steps, int every) {
    List<Tick> ticks = new ArrayList<>();
    for (int decade = (int) Math.floor(from); decade <= to; decade++) {
      for (int step : steps) {
        double place = decade + Math.log10(step);
        if (place >= from && place <= to && Math.floorMod(decade, every) == 0) {
          ticks.add(new Tick(place, label(new BigDecimal(step).scaleByPowerOfTen(decade))));
        }
      }
    }
    return ticks;
  }

  /** Evenly spaced values of a logarithmic axis that spans too little for round decades. */
  private List<Tick> linearValues(int most) {
    return new Scale(Math.pow(10, from), Math.pow(10, to), false)
        .linear(most).stream()
            .filter(tick -> tick.place > 0)
            .map(tick -> new Tick(Math.log10(tick.place), tick.label))
            .toList();
  }

  private List<Tick> linear(int most) {
    double rough = (to - from) / Math.max(1, most);
    int exponent = (int) Math.floor(Math.log10(rough));
    double mantissa = rough / Math.pow(10, exponent);
    int step = mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10;
    BigDecimal width = new BigDecimal(step).scaleByPowerOfTen(exponent);
    List<Tick> ticks = new ArrayList<>();
    long first = (long) Math.ceil(from / width.doubleValue() - 1e-9);
    for (long i = first; i * width.doubleValue() <= to + 1e-9 * (to - from); i++) {
      BigDecimal value = width.multiply(BigDecimal.valueOf(i));
      ticks.add(new Tick(value.doubleValue(), label(value)));
    }
    return ticks;
  }

  private static String label(double value) {
    return label(new BigDecimal(value, new MathContext(6)));
  }

  private static String label(BigDecimal value) {
    BigDecimal bare = value.stripTrailingZeros();
    int exponent = bare.precision() - bare.scale() - 1;
    String text =
        bare.signum() != 0 && (exponent < -3 || exponent > 5)
            ? bare.unscaledValue().toString().length() == (bare.signum() < 0 ? 2 : 1)
                ? bare.unscaledValue() + "e" + exponent
                : bare.movePointLeft(exponent).toPlainString() + "e" + exponent
            : bare.toPlainString();
    return text.replace('-', '−');
  }
}
