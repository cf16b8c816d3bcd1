package dev.espalier.importance.diagnosis;

import java.util.List;

/** A failure signature of arXiv 2601.19794 that a run shows in an epoch. */
public sealed interface Diagnosis permits Flat, CouplingFirst, Oscillating, NotFinite, Collapsed {

  /**
   * A number behind a diagnosis.
   *
   * @param name what it is
   * @param value the number; may be NaN or infinite for {@link NotFinite}
   * @param threshold that it passed; NaN where there is none
   */
  record Evidence(String name, double value, double threshold) {}

  /** The numbers behind it, at least one. */
  List<Evidence> evidence();

  /** What to do, one sentence. */
  String advice();
}
