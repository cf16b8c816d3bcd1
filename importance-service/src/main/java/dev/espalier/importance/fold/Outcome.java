package dev.espalier.importance.fold;

import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import java.util.Optional;

/** What became of an event. */
public sealed interface Outcome {

  /**
   * It is part of the run now.
   *
   * @param snapshot to publish, where the event calls for one
   * @param ranking to publish, where the run ended well
   */
  record Folded(Optional<ImportanceSnapshot> snapshot, Optional<Ranking> ranking)
      implements Outcome {}

  /** It was folded before; only its counter moved. */
  record Duplicate() implements Outcome {}

  /**
   * It cannot be folded; only its counter moved.
   *
   * @param reason what is wrong, with field and value
   */
  record Rejected(String reason) implements Outcome {}
}
