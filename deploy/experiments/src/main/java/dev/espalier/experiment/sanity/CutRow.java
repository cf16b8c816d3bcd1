package dev.espalier.experiment.sanity;

import java.util.List;
import java.util.Locale;

/**
 * What a cut did to the loss, and what was said of it.
 *
 * @param removed share of the parameters
 * @param untrained loss before training
 * @param before loss right before the cut
 * @param after loss right after it
 * @param words all that was said of the run: kinds of its diagnoses, warnings
 */
record CutRow(
    String cut, double removed, double untrained, double before, double after, List<String> words) {
  /** Name of the cut that is made after the run. */
  static final String AT_THE_END = "at-the-end";

  /** What training must have gained at least to be measured by, as a share of the loss. */
  private static final double LEAST_GAIN = 0.1;

  /** Where a cut loses more than this of what training gained, it has collapsed. */
  static final double COLLAPSED = 0.5;

  /** Share that is lost of what training had gained; above 1 the model is worse than untrained. */
  double lost() {
    return (after - before)
        / Math.max(untrained - before, LEAST_GAIN * Math.max(untrained, before));
  }

  /** Whether anybody said that it collapsed. */
  boolean reported() {
    return words.stream().anyMatch(said -> said.toLowerCase(Locale.ROOT).contains("collaps"));
  }
}
