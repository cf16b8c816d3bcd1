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
   * @param units to publish, by column and stretch
   * @param withdrawn what was published before and holds no longer
   * @param found diagnoses that are new
   */
  record Folded(
      Optional<ImportanceSnapshot> snapshot,
      Optional<Ranking> ranking,
      List<UnitScores> units,
      Withdrawn withdrawn,
      List<Diagnosis> found)
      implements Outcome {}

  /**
   * What gets a tombstone.
   *
   * @param ranking whether the run's ranking does: the run goes on
   * @param unitKeys keys of its records on the topic of unit scores that do: a cut left no such
   *     stretch
   */
  record Withdrawn(boolean ranking, List<String> unitKeys) {
    static final Withdrawn NOTHING = new Withdrawn(false, List.of());
  }

  /** It was folded before; only its counter moved. */
  record Duplicate() implements Outcome {}

  /**
   * The run is forgotten.
   *
   * @param unitKeys keys of its records on the topic of unit scores
   */
  record Deleted(List<String> unitKeys) implements Outcome {}

  /** Why an event is refused, in short. */
  enum Fault {
    /** The record is no event of the run that its key names. */
    UNREADABLE,
    /** The run is not open, and the event does not open it. */
    UNKNOWN_RUN,
    /** The run has ended. */
    RUN_ENDED,
    /** A field is out of its range, or does not fit the run. */
    INVALID,
    /** There is no room for another run. */
    NO_ROOM
  }

  /**
   * It cannot be folded; only its counter moved, and a number that was not finite is noted.
   *
   * @param fault why, in short
   * @param reason what is wrong, with field and value
   * @param found diagnoses that are new
   */
  record Rejected(Fault fault, String reason, List<Diagnosis> found) implements Outcome {
    /**
     * @param fault why, in short
     * @param reason what is wrong, with field and value
     */
    public Rejected(Fault fault, String reason) {
      this(fault, reason, List.of());
    }
  }
}
