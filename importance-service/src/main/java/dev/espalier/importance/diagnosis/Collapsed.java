package dev.espalier.importance.diagnosis;

import java.util.List;
import java.util.Optional;

/**
 * A cut ruined the network: of what training had gained in validation loss it lost more than a
 * share, (after - before) / (initial - before). Where training had gained nothing there is nothing
 * to lose.
 *
 * @param share that was lost, above the threshold; above 1 where the network is worse than
 *     untrained
 * @param threshold that it passed, at least 0
 * @param before validation loss right before the cut
 * @param after validation loss right after it
 */
public record Collapsed(double share, double threshold, double before, double after)
    implements Diagnosis {

  /**
   * @param initial validation loss before the first step; this and the next two from -1e100 to
   *     1e100
   * @param before validation loss right before the cut
   * @param after validation loss right after it
   * @param threshold at least 0
   * @throws IllegalArgumentException where a loss is not finite
   */
  public static Optional<Collapsed> of(
      double initial, double before, double after, double threshold) {
    finite("initial", initial);
    finite("before", before);
    finite("after", after);
    if (initial <= before) {
      return Optional.empty();
    }
    // A gain next to nothing must not give a share that is infinite.
    double share = Math.min((after - before) / (initial - before), Double.MAX_VALUE);
    return share > threshold
        ? Optional.of(new Collapsed(share, threshold, before, after))
        : Optional.empty();
  }

  private static void finite(String name, double loss) {
    if (!Double.isFinite(loss)) {
      throw new IllegalArgumentException(name + " = " + loss + ": must be finite");
    }
  }

  @Override
  public List<Evidence> evidence() {
    return List.of(
        new Evidence("share of the gain in loss that the cut lost", share, threshold),
        new Evidence("validation loss before the cut", before, Double.NaN),
        new Evidence("validation loss after the cut", after, Double.NaN));
  }

  @Override
  public String advice() {
    return "Cut less at once or train longer before it; where little was cut a coupling may be"
        + " missing: look at the masked twin check in the cut's report, and report the model.";
  }
}
