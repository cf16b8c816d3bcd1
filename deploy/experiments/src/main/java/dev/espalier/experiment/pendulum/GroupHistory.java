package dev.espalier.experiment.pendulum;

import dev.espalier.experiment.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * What an agent's groups weighed after each episode of its training.
 *
 * @param epochs in order, each by group
 */
record GroupHistory(List<Map<String, Group>> epochs) {
  static final String ENCODER = "encoder";

  /**
   * A group after an episode.
   *
   * @param component where it lies; empty for a coupling group
   * @param score by the names of the metrics, and their combination as "importance"
   */
  record Group(String component, Map<String, Double> score) {
    boolean coupling() {
      return component.isEmpty();
    }
  }

  static final List<String> METRICS =
      List.of("importance", "gradient_accumulation", "fisher_information", "bayesian_uncertainty");

  /**
   * @param table "importance" of a cell
   */
  static GroupHistory of(Table table) {
    List<Map<String, Group>> epochs = new ArrayList<>();
    for (String epoch : table.values("epoch")) {
      Map<String, Group> groups = new LinkedHashMap<>();
      for (List<Object> row : table.where("epoch", epoch).rows()) {
        boolean coupling = row.get(table.column("kind")).equals("coupling");
        Map<String, Double> score = new LinkedHashMap<>();
        for (String metric : METRICS) {
          score.put(metric, ((Number) row.get(table.column(metric))).doubleValue());
        }
        groups.put(
            (String) row.get(table.column("group")),
            new Group(coupling ? "" : (String) row.get(table.column("components")), score));
      }
      epochs.add(groups);
    }
    return new GroupHistory(epochs);
  }

  /**
   * In how many of the epochs the encoder's groups score above the coupling groups.
   *
   * @param best whether the best of each is compared, not their means
   * @return share in [0, 1]
   */
  double encoderAbove(String metric, boolean best) {
    long above = epochs.stream().filter(epoch -> ratio(epoch, metric, best) > 1).count();
    return (double) above / epochs.size();
  }

  /** The encoder's score over that of the coupling groups, after the last epoch. */
  double lastRatio(String metric, boolean best) {
    return ratio(epochs.getLast(), metric, best);
  }

  private static double ratio(Map<String, Group> epoch, String metric, boolean best) {
    return value(epoch, metric, best, ENCODER) / value(epoch, metric, best, "");
  }

  private static double value(
      Map<String, Group> epoch, String metric, boolean best, String component) {
    double[] scores =
        epoch.values().stream()
            .filter(group -> group.component().equals(component))
            .mapToDouble(group -> group.score().get(metric))
            .toArray();
    if (scores.length == 0) {
      throw new IllegalArgumentException(
          "no group of " + (component.isEmpty() ? "several components" : component));
    }
    DoubleStream numbers = Arrays.stream(scores);
    return best ? numbers.max().orElseThrow() : numbers.average().orElseThrow();
  }

  /** Importance by component, summed over its groups; coupling groups under "". */
  Map<String, Double> byComponent(int epoch) {
    Map<String, Double> sums = new LinkedHashMap<>();
    epochs
        .get(epoch)
        .values()
        .forEach(
            group -> sums.merge(group.component(), group.score().get("importance"), Double::sum));
    return sums;
  }

  /** Importance of every group, in one order for all epochs. */
  double[] importance(int epoch) {
    Map<String, Group> groups = epochs.get(epoch);
    return epochs.getFirst().keySet().stream()
        .mapToDouble(group -> groups.get(group).score().get("importance"))
        .toArray();
  }

  /**
   * How much of the importance has passed from some groups to others: half the sum of |difference|
   * over groups, each epoch's importance summing to 1 (total variation), in [0, 1].
   */
  double moved(int from, int to) {
    double[] before = importance(from);
    double[] after = importance(to);
    double sum = 0;
    for (int g = 0; g < before.length; g++) {
      sum += Math.abs(after[g] - before[g]);
    }
    return sum / 2;
  }

  /** Mean of what moves in one epoch, over the second half of training; 0 for fewer than two. */
  double movedAnEpoch() {
    int first = Math.max(1, epochs.size() / 2);
    double sum = 0;
    for (int epoch = first; epoch < epochs.size(); epoch++) {
      sum += moved(epoch - 1, epoch);
    }
    return epochs.size() > first ? sum / (epochs.size() - first) : 0;
  }
}
