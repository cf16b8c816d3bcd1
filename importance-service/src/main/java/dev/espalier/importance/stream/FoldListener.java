package dev.espalier.importance.stream;

import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.v1.DiagnosisKind;

/** Hears of what operators count; called from any thread. */
interface FoldListener {
  /** An event could not be folded. */
  void deadLetter(Outcome.Fault fault);

  /** A run shows a failure signature that it had not shown before. */
  void diagnosed(DiagnosisKind kind);
}
