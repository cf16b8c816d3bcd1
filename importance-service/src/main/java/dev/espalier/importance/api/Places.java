package dev.espalier.importance.api;

import dev.espalier.importance.history.Place;
import java.util.Optional;

/** Where the newest records of a run stand, each in its own topic. */
record Places(Optional<Place> snapshot, Optional<Place> ranking) {
  static final Places NONE = new Places(Optional.empty(), Optional.empty());

  Places withSnapshot(Optional<Place> place) {
    return new Places(place, ranking);
  }

  Places withRanking(Optional<Place> place) {
    return new Places(snapshot, place);
  }

  /** Those of these places whose record the state holds. */
  Places in(RunState state) {
    return new Places(
        snapshot.filter(place -> state.snapshot().isPresent()),
        ranking.filter(place -> state.ranking().isPresent()));
  }

  /** Whether the state holds all that these places do. */
  boolean allIn(RunState state) {
    return (snapshot.isEmpty() || state.snapshot().isPresent())
        && (ranking.isEmpty() || state.ranking().isPresent());
  }
}
