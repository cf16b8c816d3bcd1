package dev.espalier.experiment.latent;

import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.statistics.Interval;
import java.util.List;

/** Lines of intervals. */
final class Lines {
  private Lines() {}

  /**
   * @param intervals one for each x; drawn where they are over several values
   */
  static Chart.Line of(String label, double[] x, List<Interval> intervals) {
    double[] y = intervals.stream().mapToDouble(Interval::mean).toArray();
    return intervals.stream().anyMatch(interval -> interval.count() < 2)
        ? new Chart.Line(label, x, y)
        : new Chart.Line(
            label,
            x,
            y,
            intervals.stream().mapToDouble(Interval::low).toArray(),
            intervals.stream().mapToDouble(Interval::high).toArray());
  }
}
