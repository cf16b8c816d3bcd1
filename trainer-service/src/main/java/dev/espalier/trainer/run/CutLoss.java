package dev.espalier.trainer.run;

import dev.espalier.training.v1.Thresholds;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a cut did to the loss over the validation data; all finite.
 *
 * @param initial before the run's first step; empty where it is not known
 * @param before right before the cut
 * @param after right after it
 */
record CutLoss(OptionalDouble initial, double before, double after) {
  private static final double COLLAPSED_SHARE = 0.5;

  /**
   * Share of what training had gained that the cut lost: (after - before) / (initial - before);
   * empty where training had gained nothing.
   */
  OptionalDouble lost() {
    double gained = initial.orElse(before) - before;
    return gained > 0 ? OptionalDouble.of((after - before) / gained) : OptionalDouble.empty();
  }

  /** Words where it lost more than collapsed_share, which is 0.5 where it is unset. */
  Optional<String> warning(int epochs, Thresholds thresholds) {
    double most = thresholds.hasCollapsedShare() ? thresholds.getCollapsedShare() : COLLAPSED_SHARE;
    double lost = lost().orElse(0);
    return lost > most
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "the cut after %d epochs collapsed the network: the validation loss went from %.4g"
                    + " to %.4g (%.4g before training), %.0f %% of what training had gained is lost;"
                    + " cut less at once or train longer before it, and where little was cut look"
                    + " at the masked twin check in the cut's report and report the model",
                epochs,
                before,
                after,
                initial.orElseThrow(),
                100 * lost))
        : Optional.empty();
  }
}
