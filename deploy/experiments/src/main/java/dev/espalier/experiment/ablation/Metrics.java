package dev.espalier.experiment.ablation;

import dev.espalier.importance.ranking.Combination;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.Ranking;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the three metrics become one importance a group.
 *
 * @param accumulation weight of gradient accumulation, at least 0
 * @param fisher weight of Fisher information, at least 0
 * @param bayes weight of Bayesian uncertainty, at least 0
 */
record Metrics(Combination combination, double accumulation, double fisher, double bayes) {
  /**
   * @param ranking with the smoothed metrics of each group
   * @return by group id, at least 0, sum 1
   */
  Map<String, Double> importance(Ranking ranking) {
    List<GroupImportance> groups = ranking.getGroupsList();
    double[][] scores = {
      groups.stream().mapToDouble(GroupImportance::getGradientAccumulation).toArray(),
      groups.stream().mapToDouble(GroupImportance::getFisherInformation).toArray(),
      groups.stream().mapToDouble(GroupImportance::getBayesianUncertainty).toArray()
    };
    double[] combined = combination.combine(scores, new double[] {accumulation, fisher, bayes});
    Map<String, Double> importance = new LinkedHashMap<>();
    for (int g = 0; g < combined.length; g++) {
      importance.put(groups.get(g).getGroupId(), combined[g]);
    }
    return importance;
  }

  /**
   * The same values, dealt to other groups: what is left when only their spread is right. The
   * groups in descending order of their values, N of them, move on by 1 + (seed − 1) mod (N − 1)
   * places, so that over N − 1 consecutive seeds each group gets the value of each other one
   * exactly once, and never its own.
   *
   * @param importance by group id; a single one keeps its own
   * @param seed at least 1
   * @return by group id, in the order given
   */
  static Map<String, Double> shuffled(Map<String, Double> importance, long seed) {
    List<String> groups = new ArrayList<>(importance.keySet());
    groups.sort(Comparator.comparing(importance::get, Comparator.reverseOrder()));
    int count = groups.size();
    int places = count == 1 ? 0 : 1 + (int) ((seed - 1) % (count - 1));
    Map<String, Double> dealt = new LinkedHashMap<>(importance);
    for (int g = 0; g < count; g++) {
      dealt.put(groups.get(g), importance.get(groups.get((g + places) % count)));
    }
    return dealt;
  }
}
