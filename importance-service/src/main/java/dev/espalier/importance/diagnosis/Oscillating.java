package dev.espalier.importance.diagnosis;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The ranking turned twice in a row: Kendall tau-b between the importance after successive epochs
 * is below a bound, and was between the two before. One turn is learning.
 *
 * @param tau between the newest two epochs, in [-1, 1]
 * @param tauBefore between the second and the third newest
 * @param bound above both
 */
public record Oscillating(double tau, double tauBefore, double bound) implements Diagnosis {
  private static final int FEWEST_GROUPS = 3;

  /**
   * @param groups number of groups; among fewer than 3 a tau says nothing
   * @param tauBefore empty where it is not known
   * @param tau empty where it is not known
   * @param bound in [-1, 1]
   */
  public static Optional<Oscillating> of(
      int groups, OptionalDouble tauBefore, OptionalDouble tau, double bound) {
    return groups >= FEWEST_GROUPS && tauBefore.orElse(1) < bound && tau.orElse(1) < bound
        ? Optional.of(new Oscillating(tau.getAsDouble(), tauBefore.getAsDouble(), bound))
        : Optional.empty();
  }

  @Override
  public List<Evidence> evidence() {
    return List.of(
        new Evidence("Kendall tau-b of the newest two epochs", tau, bound),
        new Evidence("Kendall tau-b of the two before", tauBefore, bound));
  }

  @Override
  public String advice() {
    return "Raise ema_factor (gamma) or the batch size: batches disagree on what matters.";
  }
}
