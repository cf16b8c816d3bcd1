package dev.espalier.importance.api;

import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.RunPhase;
import java.util.Optional;

/**
 * The newest that is known of a run; at least one of the two is there.
 *
 * @param version counts up with every change of any run
 */
record RunState(long version, Optional<ImportanceSnapshot> snapshot, Optional<Ranking> ranking) {

  /** Whether the newest snapshot says that the run has ended, well or not. */
  boolean ended() {
    return snapshot.map(s -> s.getPhase() != RunPhase.RUN_PHASE_TRAINING).orElse(false);
  }

  /** Bytes of both messages on the wire. */
  long bytes() {
    return snapshot.map(s -> (long) s.getSerializedSize()).orElse(0L)
        + ranking.map(r -> (long) r.getSerializedSize()).orElse(0L);
  }
}
