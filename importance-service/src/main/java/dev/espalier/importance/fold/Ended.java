package dev.espalier.importance.fold;

import com.google.protobuf.ByteString;
import dev.espalier.importance.v1.FoldState;
import dev.espalier.importance.v1.FoldStateOrBuilder;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;

/**
 * What is kept of a run that has ended. One that was stopped or failed can go on and keeps all but
 * its texts, until {@link #shrink} takes that away; one that completed is shrunk at once. What is
 * left then is enough to know its events again, in at most about 200 bytes, and the keys of what it
 * published unit by unit. Groups, settings, columns and texts are gone, for their last use was the
 * final snapshot and the ranking. The log digest is from here on that of the run's start alone.
 */
final class Ended {
  private Ended() {}

  /** Whether the run of the state has ended, well or not. */
  static boolean is(FoldStateOrBuilder state) {
    return state.getPhase() != RunFold.TRAINING;
  }

  /** Whether the run of the state has ended and can go on. */
  static boolean isWhole(FoldStateOrBuilder state) {
    return is(state) && state.getPhase() != RunFold.COMPLETED && state.hasStart();
  }

  /**
   * @param state of an ended run, whole or shrunk before
   */
  static FoldState shrink(FoldStateOrBuilder state) {
    FoldState.Builder shrunk = FoldState.newBuilder();
    if (state.hasTime()) {
      shrunk.setTime(state.getTime());
    }
    return shrunk
        .setRunId(state.getRunId())
        .setSequence(state.getSequence())
        .setPhase(state.getPhase())
        .setSummaries(state.getSummaries())
        .setEpochsCompleted(state.getEpochsCompleted())
        .setMissingEvents(state.getMissingEvents())
        .setDuplicateEvents(state.getDuplicateEvents())
        .setStaleSummaries(state.getStaleSummaries())
        .setRejectedEvents(state.getRejectedEvents())
        .addAllUnitKeys(state.getUnitKeysList())
        .setLogDigest(start(state))
        .build();
  }

  /**
   * @param state of a run, ended or not
   * @param start of the same or another run
   */
  static boolean beganWith(FoldStateOrBuilder state, RunStarted start) {
    boolean isAsItCame = state.hasStart() && state.getStartDigest().isEmpty();
    return isAsItCame ? start.equals(state.getStart()) : digest(start).equals(start(state));
  }

  /** Digest of the run's first event as it came. */
  static ByteString start(FoldStateOrBuilder state) {
    if (!state.hasStart()) {
      return state.getLogDigest();
    }
    return state.getStartDigest().isEmpty() ? digest(state.getStart()) : state.getStartDigest();
  }

  private static ByteString digest(RunStarted start) {
    LogDigest digest = new LogDigest(ByteString.EMPTY);
    TrainingEvent event = TrainingEvent.newBuilder().setRunStarted(start).build();
    digest.add(event, event.toByteArray());
    return digest.bytes();
  }
}
