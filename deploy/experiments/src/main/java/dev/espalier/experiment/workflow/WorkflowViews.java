package dev.espalier.experiment.workflow;

import dev.espalier.experiment.Table;
import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.chart.Chart.Axis;
import dev.espalier.experiment.chart.Chart.Bar;
import dev.espalier.experiment.chart.Chart.Line;
import dev.espalier.experiment.compare.Contrast;
import dev.espalier.experiment.compare.Numbers;
import dev.espalier.experiment.statistics.Interval;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Tables and charts to look at.
 *
 * @param courses what was measured
 */
record WorkflowViews(Courses courses) {
  /**
   * A row a share and scheme.
   *
   * @param withAfter contrasts of the losses of all other schemes with the reference, share by
   *     share
   */
  Table table(List<Contrast> withAfter) {
    List<Contrast> work = ratios(WorkflowFindings.WORK);
    List<Contrast> seconds = ratios(WorkflowFindings.SECONDS);
    Table.Builder table =
        Table.of(
            "where-schemes-end",
            "removed",
            "scheme",
            "loss right after the last cut",
            "validation loss",
            "loss / after",
            "p",
            "parameters",
            "parameter-epochs / after",
            "seconds",
            "seconds / after");
    int next = 0;
    for (int percent : courses.percents()) {
      table.row(row(percent, Scheme.AFTER, "1", "", "1", "1"));
      for (Scheme scheme : WorkflowFindings.others()) {
        Contrast loss = withAfter.get(next);
        table.row(
            row(
                percent,
                scheme,
                Numbers.interval(loss.ratio()),
                Numbers.p(loss.p()),
                Numbers.of(work.get(next).ratio().mean()),
                Numbers.interval(seconds.get(next).ratio())));
        next++;
      }
    }
    return table.build();
  }

  private Object[] row(
      int percent, Scheme scheme, String loss, String p, String work, String seconds) {
    return new Object[] {
      percent + " %",
      scheme.label(),
      scheme == Scheme.NEVER
          ? ""
          : Numbers.interval(Interval.of(courses.afterCut(scheme, percent).array())),
      Numbers.interval(end(scheme, percent, WorkflowFindings.LOSS)),
      loss,
      p,
      Math.round(end(scheme, percent, "parameters").mean()),
      work,
      Numbers.of(end(scheme, percent, WorkflowFindings.SECONDS).mean()),
      seconds
    };
  }

  private List<Contrast> ratios(String column) {
    return WorkflowFindings.contrasts(courses, WorkflowFindings.others(), Scheme.AFTER, column);
  }

  private Interval end(Scheme scheme, int percent, String column) {
    return Interval.of(courses.end(scheme, percent, column).array());
  }

  /** The final loss of every scheme, a bar a share removed. */
  Chart ends() {
    List<Bar> bars =
        courses.percents().stream()
            .map(
                percent -> {
                  List<Interval> ends =
                      Arrays.stream(Scheme.values())
                          .map(scheme -> end(scheme, percent, WorkflowFindings.LOSS))
                          .toList();
                  return new Bar(
                      percent + " % removed",
                      array(ends, Interval::mean),
                      array(ends, Interval::low),
                      array(ends, Interval::high));
                })
            .toList();
    return new Chart.Bars(
        "final-loss",
        "Validation loss at the end",
        Arrays.stream(Scheme.values()).map(Scheme::label).toList(),
        Axis.of("mean square error"),
        bars);
  }

  /** Validation loss over the epochs, a line a scheme. */
  Chart losses(int percent) {
    return new Chart.Lines(
        "loss-" + percent,
        "Validation loss, " + percent + " % removed in all",
        Axis.of("epochs completed"),
        Axis.log("mean square error"),
        lines(percent, WorkflowFindings.LOSS));
  }

  /** Parameters that each epoch trained, a line a scheme. */
  Chart parameters(int percent) {
    return new Chart.Lines(
        "parameters-" + percent,
        "Parameters, " + percent + " % removed in all",
        Axis.of("epochs completed"),
        Axis.of("parameters in training"),
        lines(percent, "parameters"));
  }

  private List<Line> lines(int percent, String column) {
    return Arrays.stream(Scheme.values())
        .map(
            scheme -> {
              double[] y = courses.epochs(scheme, percent, column);
              double[] x = IntStream.rangeClosed(1, y.length).asDoubleStream().toArray();
              return new Line(scheme.label(), x, y);
            })
        .toList();
  }

  private static double[] array(List<Interval> intervals, ToDoubleFunction<Interval> part) {
    return intervals.stream().mapToDouble(part).toArray();
  }
}
