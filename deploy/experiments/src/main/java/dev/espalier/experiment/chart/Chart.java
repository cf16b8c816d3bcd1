package dev.espalier.experiment.chart;

import java.util.Arrays;
import java.util.List;

/** A picture of numbers, without its drawing. */
public sealed interface Chart {
  /** Of [a-z0-9-], also the file's name. */
  String name();

  /** What is seen, in a line. */
  String title();

  /**
   * Lines over a numeric axis, each point with its interval where there is one.
   *
   * @param x the horizontal axis
   * @param y the vertical axis
   */
  record Lines(String name, String title, Axis x, Axis y, List<Line> lines) implements Chart {
    public Lines {
      lines = List.copyOf(lines);
    }
  }

  /**
   * A group of bars for each category, one bar a series.
   *
   * @param categories labels along the horizontal axis
   * @param y the vertical axis
   */
  record Bars(String name, String title, List<String> categories, Axis y, List<Bar> bars)
      implements Chart {
    public Bars {
      categories = List.copyOf(categories);
      bars = List.copyOf(bars);
      for (Bar bar : bars) {
        if (bar.value().length != categories.size()) {
          throw new IllegalArgumentException(
              name + ": " + bar.value().length + " bars for " + categories.size() + " categories");
        }
      }
    }
  }

  /**
   * @param label with its unit
   * @param logarithmic whether its scale is
   */
  record Axis(String label, boolean logarithmic) {
    /** A linear axis. */
    public static Axis of(String label) {
      return new Axis(label, false);
    }

    /** A logarithmic axis. */
    public static Axis log(String label) {
      return new Axis(label, true);
    }
  }

  /**
   * @param label of the legend
   * @param x finite, ascending
   * @param y of each x, finite
   * @param low lower end of each point's interval; empty for none
   * @param high upper end of each point's interval; empty for none
   */
  record Line(String label, double[] x, double[] y, double[] low, double[] high) {
    public Line {
      check(label, y, low, high);
      if (x.length != y.length || !Arrays.stream(x).allMatch(Double::isFinite)) {
        throw new IllegalArgumentException(label + ": x must be finite, one for each y");
      }
    }

    /** Without intervals. */
    public Line(String label, double[] x, double[] y) {
      this(label, x, y, new double[0], new double[0]);
    }
  }

  /**
   * @param label of the legend
   * @param value of each category, finite
   * @param low lower end of each value's interval; empty for none
   * @param high upper end of each value's interval; empty for none
   */
  record Bar(String label, double[] value, double[] low, double[] high) {
    public Bar {
      check(label, value, low, high);
    }
  }

  private static void check(String label, double[] y, double[] low, double[] high) {
    boolean fits = low.length == high.length && (low.length == 0 || low.length == y.length);
    if (!fits || !Arrays.stream(y).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          label + ": values must be finite, their intervals all there or none");
    }
  }
}
