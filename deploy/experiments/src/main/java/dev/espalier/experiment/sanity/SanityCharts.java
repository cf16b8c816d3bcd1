package dev.espalier.experiment.sanity;

import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.statistics.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/** Raw scores and stability of the ranking over epochs, means over seeds. */
final class SanityCharts {
  private static final double[] NONE = {};

  private SanityCharts() {}

  /** A line a group; scores of 0 have no place on a logarithmic axis and are left out. */
  static List<Chart> scores(
      List<CheckedRun> runs, Plant plant, String metric, List<String> groups) {
    List<Scores> seeds = of(runs, plant).stream().map(run -> run.scores().get(metric)).toList();
    List<Chart.Line> lines = new ArrayList<>();
    for (int group = 0; group < groups.size(); group++) {
      DoubleStream.Builder x = DoubleStream.builder();
      DoubleStream.Builder y = DoubleStream.builder();
      for (int epoch = 0; !seeds.isEmpty() && epoch < seeds.getFirst().epochs(); epoch++) {
        double[] values = new double[seeds.size()];
        for (int seed = 0; seed < values.length; seed++) {
          values[seed] = seeds.get(seed).byEpoch()[epoch][group];
        }
        double mean = Arrays.stream(values).average().orElseThrow();
        if (mean > 0) {
          x.add(epoch + 1);
          y.add(mean);
        }
      }
      double[] at = x.build().toArray();
      if (at.length > 0) {
        lines.add(new Chart.Line(groups.get(group), at, y.build().toArray(), NONE, NONE));
      }
    }
    String words = metric.replace('_', ' ');
    return lines.isEmpty()
        ? List.of()
        : List.of(
            new Chart.Lines(
                "sanity-" + plant.key() + "-" + metric.replace('_', '-'),
                "Raw " + words + " of the groups, " + plant.key(),
                Chart.Axis.of("epoch"),
                Chart.Axis.log(words),
                lines));
  }

  /** A line a plant; where no order is known there is no point. */
  static Chart stability(List<CheckedRun> runs) {
    List<Chart.Line> lines = new ArrayList<>();
    for (Plant plant : Plant.values()) {
      List<Scores> seeds =
          of(runs, plant).stream().map(run -> run.scores().get("importance")).toList();
      List<Double> x = new ArrayList<>();
      List<Interval> y = new ArrayList<>();
      for (int epoch = 1; !seeds.isEmpty() && epoch < seeds.getFirst().epochs(); epoch++) {
        int at = epoch;
        double[] taus =
            seeds.stream()
                .map(seed -> seed.tau(at))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray();
        if (taus.length > 0) {
          x.add(epoch + 1.0);
          y.add(Interval.of(taus));
        }
      }
      if (!x.isEmpty()) {
        lines.add(
            new Chart.Line(
                plant.key(),
                x.stream().mapToDouble(value -> value).toArray(),
                y.stream().mapToDouble(Interval::mean).toArray(),
                NONE,
                NONE));
      }
    }
    return new Chart.Lines(
        "sanity-stability",
        "How much of a ranking is left an epoch later",
        Chart.Axis.of("epoch"),
        Chart.Axis.of("Kendall's tau"),
        lines);
  }

  private static List<CheckedRun> of(List<CheckedRun> runs, Plant plant) {
    return runs.stream().filter(run -> run.plant() == plant).toList();
  }
}
