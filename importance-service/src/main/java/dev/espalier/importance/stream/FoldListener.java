package dev.espalier.importance.stream;

import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.v1.DiagnosisKind;

/** Hears of what operators count; called from any thread. */
interface FoldListener {
  /**
   * An event was folded.
   *
   * @param missing events that its sequence says were lost before it, at least 0
   */
  void folded(long missing);

  /** An event came again and was dropped. */
  void duplicate();

  /** An event could not be folded. */
  void deadLetter(Outcome.Fault fault);

  /** A run was deleted. */
  void deleted();

  /** A run shows a failure signature that it had not shown before. */
  void diagnosed(DiagnosisKind kind);
}
