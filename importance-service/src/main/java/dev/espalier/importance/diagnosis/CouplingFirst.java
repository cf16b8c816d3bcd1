package dev.espalier.importance.diagnosis;

import dev.espalier.importance.ranking.Combination;
import java.util.List;
import java.util.Optional;

/**
 * Coupling groups lead everywhere: what passes between the components is too narrow. The lead in a
 * metric is the share of pairs of a coupling and a component group in which the coupling group
 * scores higher, ties counted half (the Mann-Whitney statistic U / (n_c * n_s)); it must be above a
 * threshold in every metric. Told only where each kind has at least two groups: among fewer pairs a
 * lead is chance.
 *
 * @param lead the least over the metrics, in [0, 1]
 * @param threshold that it reached
 * @param couplingGroups n_c, at least 2
 */
public record CouplingFirst(double lead, double threshold, int couplingGroups)
    implements Diagnosis {

  /**
   * @param scores metrics by groups, each at least 0
   * @param isCoupling one a group
   * @param threshold in [0, 1]
   */
  public static Optional<CouplingFirst> of(
      double[][] scores, boolean[] isCoupling, double threshold) {
    int coupling = 0;
    for (boolean is : isCoupling) {
      coupling += is ? 1 : 0;
    }
    if (coupling < 2 || isCoupling.length - coupling < 2) {
      return Optional.empty();
    }
    double least = 1;
    for (double[] metric : scores) {
      least = Math.min(least, lead(metric, isCoupling, coupling));
    }
    return least >= threshold
        ? Optional.of(new CouplingFirst(least, threshold, coupling))
        : Optional.empty();
  }

  private static double lead(double[] scores, boolean[] isCoupling, int coupling) {
    double[] points = Combination.points(scores);
    double sum = 0;
    for (int i = 0; i < points.length; i++) {
      sum += isCoupling[i] ? points[i] : 0;
    }
    double wins = sum - coupling * (coupling + 1.0) / 2;
    return wins / ((double) coupling * (scores.length - coupling));
  }

  @Override
  public List<Evidence> evidence() {
    return List.of(
        new Evidence("least lead of coupling groups over metrics", lead, threshold),
        new Evidence("coupling groups", couplingGroups, Double.NaN));
  }

  @Override
  public String advice() {
    return "Widen the latent space: the groups that couple components carry more than the"
        + " components themselves.";
  }
}
