package dev.espalier.experiment.ablation;

import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.chart.Chart.Axis;
import dev.espalier.experiment.chart.Chart.Bar;
import dev.espalier.experiment.chart.Chart.Line;
import dev.espalier.experiment.compare.BySeed;
import dev.espalier.experiment.compare.Contrast;
import dev.espalier.experiment.statistics.Interval;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Charts to look at.
 *
 * @param losses what was measured
 */
record AblationCharts(Losses losses) {
  /** The ratio of every method's error to the default's, at both stages. */
  Chart pooled(Map<Stage, List<Contrast>> withDefault) {
    List<Bar> bars =
        Stream.of(Stage.values()).map(stage -> bar(stage, withDefault.get(stage))).toList();
    return new Chart.Bars(
        "against-default",
        "Error against " + Method.DEFAULT.label(),
        withDefault.get(Stage.CUT).stream().map(Contrast::first).toList(),
        Axis.of("ratio of errors"),
        bars);
  }

  private static Bar bar(Stage stage, List<Contrast> contrasts) {
    List<Interval> ratios = contrasts.stream().map(Contrast::ratio).toList();
    return new Bar(
        stage.words(),
        array(ratios, Interval::mean),
        array(ratios, Interval::low),
        array(ratios, Interval::high));
  }

  /**
   * Errors over the share removed, a line a method and one of the uncut networks, a chart a stage.
   *
   * @param name first part of the charts' names
   * @param shown which methods
   */
  List<Chart> lines(String name, Predicate<Method> shown) {
    List<String> methods =
        losses.methods().stream().filter(method -> shown.test(Method.of(method))).toList();
    return Stream.of(Stage.values()).map(stage -> lines(name, methods, stage)).toList();
  }

  private Chart lines(String name, List<String> methods, Stage stage) {
    return new Chart.Lines(
        name + "-" + stage.name().toLowerCase(Locale.ROOT),
        "Error " + stage.words(),
        Axis.of("parameters removed, %"),
        Axis.log("mean square error"),
        Stream.concat(
                Stream.of(
                    line(Ablation.UNCUT, percent -> losses.uncut().get(stage).map(Math::log))),
                methods.stream()
                    .map(method -> line(method, percent -> losses.log(method, percent, stage))))
            .toList());
  }

  /** Geometric means with their intervals, which a logarithmic axis can show whole. */
  private Line line(String label, IntFunction<BySeed> logarithms) {
    List<Interval> logs =
        losses.percents().stream()
            .map(percent -> Interval.of(logarithms.apply(percent).array()))
            .toList();
    return new Line(
        label,
        losses.percents().stream().mapToDouble(Integer::doubleValue).toArray(),
        array(logs, interval -> Math.exp(interval.mean())),
        array(logs, interval -> Math.exp(interval.low())),
        array(logs, interval -> Math.exp(interval.high())));
  }

  private static double[] array(List<Interval> intervals, ToDoubleFunction<Interval> part) {
    return intervals.stream().mapToDouble(part).toArray();
  }
}
