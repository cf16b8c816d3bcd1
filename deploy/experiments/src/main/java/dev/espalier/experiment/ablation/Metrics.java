package dev.espalier.experiment.ablation;

import dev.espalier.importance.ranking.Combination;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.Ranking;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

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
   * The same values, dealt to the groups at random: what is left when only their spread is right.
   */
  static Map<String, Double> shuffled(Map<String, Double> importance, long seed) {
    List<Double> values = new ArrayList<>(importance.values());
    Collections.shuffle(values, new Random(seed));
    Map<String, Double> dealt = new LinkedHashMap<>();
    importance.keySet().forEach(group -> dealt.put(group, values.get(dealt.size())));
    return dealt;
  }
}
