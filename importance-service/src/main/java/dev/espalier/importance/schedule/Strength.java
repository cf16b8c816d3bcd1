package dev.espalier.importance.schedule;

/** Where lambda_weight, which multiplies every group's coefficient, comes from. */
public sealed interface Strength {

  /**
   * @param meanAbsoluteGradient smoothed mean |gradient| over all parameters, at least 0; 0 before
   *     the first batch
   * @return lambda_weight, at least 0
   */
  double weight(double meanAbsoluteGradient);

  /**
   * In proportion to the gradient, whatever the scale of the loss.
   *
   * @param rho at least 0
   */
  record Relative(double rho) implements Strength {
    public Relative {
      check("rho", rho);
    }

    @Override
    public double weight(double meanAbsoluteGradient) {
      return rho * meanAbsoluteGradient;
    }
  }

  /**
   * As given.
   *
   * @param value at least 0
   */
  record Absolute(double value) implements Strength {
    public Absolute {
      check("value", value);
    }

    @Override
    public double weight(double meanAbsoluteGradient) {
      return value;
    }
  }

  /** No penalty. */
  record Off() implements Strength {
    @Override
    public double weight(double meanAbsoluteGradient) {
      return 0;
    }
  }

  private static void check(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(name + " = " + value + ": must be at least 0");
    }
  }
}
