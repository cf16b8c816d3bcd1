package dev.espalier.trainer.penalty;

import dev.espalier.trainer.summary.Membership;

/**
 * The penalty {@code lambda_weight * sum_i lambda_i * ||Theta_i||_1} by its gradient {@code
 * lambda_weight * sum_i lambda_i * sign(theta)}; an element in several groups takes the sum of
 * their coefficients, and 0 stays where it is.
 */
public final class L1Penalty {
  private final float[] strength;

  private L1Penalty(float[] strength) {
    this.strength = strength;
  }

  /** No penalty on any cell. */
  public static L1Penalty none(Membership membership) {
    return new L1Penalty(new float[membership.cells()]);
  }

  public static L1Penalty of(Coefficients coefficients, Membership membership) {
    double[] lambda =
        membership.groups().stream()
            .mapToDouble(group -> coefficients.lambda().getOrDefault(group.id(), 0.0))
            .toArray();
    float[] strength = new float[membership.cells()];
    for (int cell = 0; cell < strength.length; cell++) {
      double sum = 0;
      for (int group : membership.groupsOf(cell)) {
        sum += lambda[group];
      }
      strength[cell] = (float) (coefficients.weight() * sum);
    }
    return new L1Penalty(strength);
  }

  /** What multiplies sign(theta) on a cell's elements, at least 0. */
  public float strength(int cell) {
    return strength[cell];
  }

  /**
   * Adds the penalty's gradient to that of some elements of a cell.
   *
   * @return the sum of |gradient of the penalty| over them
   */
  public double add(int cell, float[] gradient, float[] value, int from, int to) {
    float lambda = strength[cell];
    if (lambda == 0f) {
      return 0;
    }
    for (int i = from; i < to; i++) {
      gradient[i] += lambda * Math.signum(value[i]);
    }
    int pulled = 0;
    for (int i = from; i < to; i++) {
      pulled += (int) Math.abs(Math.signum(value[i]));
    }
    return (double) lambda * pulled;
  }
}
