package dev.espalier.experiment.pendulum;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What agents of one cut and phase were worth, over seeds.
 *
 * @param component what was cut, {@link PendulumExperiment#ALL} and {@link PendulumExperiment#NONE}
 *     included
 * @param ratio asked for
 * @param phase {@link AgentCell#CUT} or {@link AgentCell#TUNED}
 * @param returns by seed the return of each start, in order
 * @param agents by seed the rest of the row, by column
 */
record Judged(
    String component,
    double ratio,
    String phase,
    Map<Long, double[]> returns,
    Map<Long, Map<String, Double>> agents) {

  /** Every cut and phase in the order of the cells. */
  static List<Judged> of(List<CellResult> results) {
    Map<List<Object>, Judged> all = new LinkedHashMap<>();
    for (CellResult result : results) {
      String component = result.cell().get(PendulumExperiment.COMPONENT);
      double ratio = Double.parseDouble(result.cell().get(PendulumExperiment.RATIO));
      Table agents = result.table("agents");
      for (List<Object> row : agents.rows()) {
        String phase = (String) row.get(agents.column("phase"));
        Judged judged =
            all.computeIfAbsent(
                List.of(component, ratio, phase),
                key ->
                    new Judged(
                        component, ratio, phase, new LinkedHashMap<>(), new LinkedHashMap<>()));
        judged.returns.put(
            result.cell().seed(), result.table("returns").where("phase", phase).numbers("return"));
        judged.agents.put(result.cell().seed(), numbers(agents, row));
      }
    }
    return new ArrayList<>(all.values());
  }

  private static Map<String, Double> numbers(Table table, List<Object> row) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (String column : table.columns()) {
      if (row.get(table.column(column)) instanceof Number number) {
        numbers.put(column, number.doubleValue());
      }
    }
    return numbers;
  }

  /**
   * @throws IllegalArgumentException where others were judged with other seeds, or in another order
   */
  void checkSeeds(Judged others) {
    if (!List.copyOf(returns.keySet()).equals(List.copyOf(others.returns.keySet()))) {
      throw new IllegalArgumentException(
          "%s %s has seeds %s, %s %s has %s: run those that are missing"
              .formatted(
                  component,
                  ratio,
                  returns.keySet(),
                  others.component,
                  others.ratio,
                  others.returns.keySet()));
    }
  }

  /** A column's value of every seed. */
  double[] each(String column) {
    return agents.values().stream().mapToDouble(row -> row.get(column)).toArray();
  }

  /** Median time of planning relative to the unpruned agent's in the same cell, of every seed. */
  double[] planningRatios() {
    double[] ratios = each("planning_ms");
    double[] unpruned = each("planning_ms_unpruned");
    Arrays.setAll(ratios, seed -> ratios[seed] / unpruned[seed]);
    return ratios;
  }

  /** Return of each start, its mean over seeds. */
  double[] byStart() {
    double[] sums = new double[returns.values().iterator().next().length];
    for (double[] seed : returns.values()) {
      for (int start = 0; start < sums.length; start++) {
        sums[start] += seed[start] / returns.size();
      }
    }
    return sums;
  }

  /** Mean return of every seed. */
  double[] bySeed() {
    return returns.values().stream()
        .mapToDouble(starts -> Arrays.stream(starts).average().orElseThrow())
        .toArray();
  }
}
