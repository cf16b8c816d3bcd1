package dev.espalier.importance.fold;

import dev.espalier.importance.metric.Ema;
import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.importance.v1.UnitState;
import dev.espalier.training.v1.UnitSummary;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/**
 * What one batch says of a stretch of units.
 *
 * @param gradient mean |gradient| of each unit, or empty
 * @param fisher mean squared gradient of each unit, or empty
 * @param taylor |sum of parameter * gradient| of each unit, or empty
 */
record UnitColumns(double[] gradient, double[] fisher, double[] taylor) {

  /**
   * @param length units of the stretch
   * @throws IllegalArgumentException naming field and value, where a column has another length or a
   *     number is not finite or negative, or all are empty
   */
  static UnitColumns of(UnitSummary summary, int length) {
    UnitColumns columns =
        new UnitColumns(
            column("gradient", summary.getGradientList(), length),
            column("fisher", summary.getFisherList(), length),
            column("taylor", summary.getTaylorList(), length));
    Check.that(
        columns.gradient.length + columns.fisher.length + columns.taylor.length > 0,
        "number of unit_summary.gradient",
        0,
        "must be " + length + " where fisher and taylor are empty");
    return columns;
  }

  /**
   * @throws IllegalArgumentException where the stretch holds other columns
   */
  void checkAgainst(UnitState state) {
    same("gradient", gradient.length, state.getGradientCount());
    same("fisher", fisher.length, state.getFisherCount());
    same("taylor", taylor.length, state.getTaylorCount());
  }

  /** The state after this batch. */
  UnitState next(double emaFactor, Optional<UnitState> before) {
    UnitState old = before.orElse(UnitState.getDefaultInstance());
    UnitState.Builder next = UnitState.newBuilder().setSummaries(old.getSummaries() + 1);
    old.getUnitSummariesList().forEach(count -> next.addUnitSummaries(count + 1));
    add(emaFactor, old.getSummaries(), old.getGradientList(), gradient, next::addGradient);
    add(emaFactor, old.getSummaries(), old.getFisherList(), fisher, next::addFisher);
    add(emaFactor, old.getSummaries(), old.getTaylorList(), taylor, next::addTaylor);
    return next.build();
  }

  /** The bias-corrected averages of a state. */
  static UnitEvidence.Builder corrected(double emaFactor, UnitState state) {
    UnitEvidence.Builder evidence = UnitEvidence.newBuilder();
    corrected(emaFactor, state, state.getGradientList(), evidence::addGradient);
    corrected(emaFactor, state, state.getFisherList(), evidence::addFisher);
    corrected(emaFactor, state, state.getTaylorList(), evidence::addTaylor);
    return evidence;
  }

  private static void corrected(
      double factor, UnitState state, List<Double> smoothed, DoubleConsumer next) {
    if (state.getUnitSummariesCount() == 0) {
      for (double value : average(factor, state.getSummaries(), smoothed).corrected()) {
        next.accept(value);
      }
      return;
    }
    for (int i = 0; i < smoothed.size(); i++) {
      double[] one = {smoothed.get(i)};
      next.accept(new Ema(factor, one, state.getUnitSummaries(i)).corrected()[0]);
    }
  }

  /** Summaries behind one unit of a stretch. */
  static long summaries(UnitState state, int unit) {
    return state.getUnitSummariesCount() == 0 ? state.getSummaries() : state.getUnitSummaries(unit);
  }

  private static double[] column(String name, List<Float> given, int length) {
    Check.that(
        given.isEmpty() || given.size() == length,
        "number of unit_summary." + name,
        given.size(),
        "must be " + length + ", one a unit of the stretch, or 0");
    double[] column = new double[given.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = Check.number("unit_summary." + name + "[" + i + "]", given.get(i));
    }
    return column;
  }

  private static void same(String name, int given, int held) {
    Check.that(
        given == held,
        "number of unit_summary." + name,
        given,
        "must be " + held + ", as in the first summary of the stretch");
  }

  private static void add(
      double factor, long count, List<Double> before, double[] values, DoubleConsumer next) {
    double[] smoothed = new double[values.length];
    for (int i = 0; i < before.size(); i++) {
      smoothed[i] = before.get(i);
    }
    new Ema(factor, smoothed, count).add(values);
    for (double value : smoothed) {
      next.accept(value);
    }
  }

  private static Ema average(double factor, long count, List<Double> smoothed) {
    return new Ema(factor, smoothed.stream().mapToDouble(x -> x).toArray(), count);
  }
}
