package dev.espalier.importance.fold;

import dev.espalier.importance.v1.Diagnosis;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitScores;
import java.util.List;
import java.util.Optional;

/** What became of an event. */
public sealed interface Outcome {

  /** Diagnoses of a kind that the run had not shown before this event. */
  default List<Diagnosis> found() {
    return List.of();
  }

  /**
   * It is part of the run now.
   *
   * @param snapshot to publish, where the event calls for one
   * @param ranking to publish, where the run ended well
   * @param units to publish with the ranking, by column and stretch
   * @param found diagnoses that are new
   */
  record Folded(
      Optional<ImportanceSnapshot> snapshot,
      Optional<Ranking> ranking,
      List<UnitScores> units,
      List<Diagnosis> found)
      implements Outcome {}

  /** It was folded before; only its counter moved. */
  record Duplicate() implements Outcome {}

  /**
   * It cannot be folded; only its counter moved, and a number that was not finite is noted.
   *
   * @param reason what is wrong, with field and value
   * @param found diagnoses that are new
   */
  record Rejected(String reason, List<Diagnosis> found) implements Outcome {
    /**
     * @param reason what is wrong, with field and value
     */
    public Rejected(String reason) {
      this(reason, List.of());
    }
  }
}
