package dev.espalier.trainer.optimise;

/**
 * Adam's settings.
 *
 * @param learningRate step size, above 0
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon keeps the division finite, above 0
 */
public record AdamSettings(double learningRate, double beta1, double beta2, double epsilon) {
  public AdamSettings {
    check(
        "learning_rate", learningRate, learningRate > 0 && learningRate <= 1, "above 0, at most 1");
    check("beta1", beta1, beta1 >= 0 && beta1 < 1, "in [0, 1)");
    check("beta2", beta2, beta2 >= 0 && beta2 < 1, "in [0, 1)");
    check("epsilon", epsilon, epsilon > 0, "above 0");
  }

  /** The settings of the paper (Kingma and Ba 2015) but for the step size. */
  public static AdamSettings of(double learningRate) {
    return new AdamSettings(learningRate, 0.9, 0.999, 1e-8);
  }

  private static void check(String field, double value, boolean valid, String range) {
    if (!valid) {
      throw new IllegalArgumentException(field + " = " + value + ": must be " + range);
    }
  }
}
