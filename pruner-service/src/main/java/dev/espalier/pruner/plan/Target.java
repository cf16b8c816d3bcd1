package dev.espalier.pruner.plan;

/** How much to remove. */
public sealed interface Target {
  /**
   * @param share share of the model's parameters to remove, above 0 and below 1
   */
  record Parameters(double share) implements Target {
    public Parameters {
      if (!(share > 0 && share < 1)) {
        throw new IllegalArgumentException("parameters_share = " + share + ": not in (0, 1)");
      }
    }
  }
}
