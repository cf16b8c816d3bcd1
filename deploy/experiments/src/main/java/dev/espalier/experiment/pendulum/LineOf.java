package dev.espalier.experiment.pendulum;

import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Intervals along an axis; ends are drawn where every one has several values behind it. */
final class LineOf {
  private final List<Double> x = new ArrayList<>();
  private final List<Interval> y = new ArrayList<>();

  LineOf add(double at, Interval interval) {
    x.add(at);
    y.add(interval);
    return this;
  }

  Chart.Line named(String label) {
    boolean ends = y.stream().allMatch(interval -> interval.count() > 1);
    return new Chart.Line(
        label,
        x.stream().mapToDouble(at -> at).toArray(),
        each(Interval::mean),
        ends ? each(Interval::low) : new double[0],
        ends ? each(Interval::high) : new double[0]);
  }

  /** The same as bars, without the axis. */
  Chart.Bar bar(String label) {
    Chart.Line line = named(label);
    return new Chart.Bar(label, line.y(), line.low(), line.high());
  }

  private double[] each(ToDoubleFunction<Interval> end) {
    return y.stream().mapToDouble(end).toArray();
  }
}
