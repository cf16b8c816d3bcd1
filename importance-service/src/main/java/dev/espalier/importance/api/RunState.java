package dev.espalier.importance.api;

import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.RunPhase;
import java.util.Optional;

/**
 * The newest that is known of a run, or what of it is in memory.
 *
 * @param version counts up with every change of any run
 * @param traceParent W3C trace context of the snapshot; empty where it has none
 */
record RunState(
    long version,
    Optional<ImportanceSnapshot> snapshot,
    String traceParent,
    Optional<Ranking> ranking) {
  static final RunState NONE = new RunState(0, Optional.empty(), "", Optional.empty());

  RunState with(ImportanceSnapshot next, String itsTraceParent) {
    return new RunState(version, Optional.of(next), itsTraceParent, ranking);
  }

  RunState with(Ranking its) {
    return new RunState(version, snapshot, traceParent, Optional.of(its));
  }

  RunState withoutSnapshot() {
    return new RunState(version, Optional.empty(), "", ranking);
  }

  RunState withoutRanking() {
    return new RunState(version, snapshot, traceParent, Optional.empty());
  }

  RunState version(long other) {
    return new RunState(other, snapshot, traceParent, ranking);
  }

  boolean isEmpty() {
    return snapshot.isEmpty() && ranking.isEmpty();
  }

  /** Whether the newest snapshot says that the run has ended, well or not. */
  boolean ended() {
    return snapshot.map(s -> s.getPhase() != RunPhase.RUN_PHASE_TRAINING).orElse(false);
  }

  /** Whether nothing more will come of the run. */
  boolean finished() {
    return ranking.isPresent() || ended();
  }

  /** Sequence number of the snapshot; -1 where there is none. */
  long sequence() {
    return snapshot.map(ImportanceSnapshot::getSequence).orElse(-1L);
  }

  /** Bytes of both messages on the wire. */
  long bytes() {
    return snapshot.map(s -> (long) s.getSerializedSize()).orElse(0L)
        + ranking.map(r -> (long) r.getSerializedSize()).orElse(0L);
  }
}
