package dev.espalier.importance.ranking;

import java.util.OptionalDouble;
import org.apache.commons.math3.stat.correlation.KendallsCorrelation;

/**
 * How much of one ranking is left in the next: Kendall's tau-b (Kendall 1945, Biometrika 33), which
 * allows for ties. (C - D) / sqrt((P - T_a) * (P - T_b)) over the P pairs of groups, of which C
 * stand in the same order in both, D in the opposite one, T_a and T_b are tied in one of them.
 */
public final class RankStability {
  private RankStability() {}

  /**
   * @param before importance of each group, finite
   * @param after the same later
   * @return in [-1, 1]; empty where all groups are equal in one of the two
   */
  public static OptionalDouble tau(double[] before, double[] after) {
    if (before.length < 2) {
      return OptionalDouble.empty();
    }
    double tau = new KendallsCorrelation().correlation(before, after);
    return Double.isNaN(tau) ? OptionalDouble.empty() : OptionalDouble.of(tau);
  }
}
