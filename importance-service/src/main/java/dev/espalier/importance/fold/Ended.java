package dev.espalier.importance.fold;

import com.google.protobuf.ByteString;
import dev.espalier.importance.v1.FoldState;
import dev.espalier.importance.v1.FoldStateOrBuilder;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;

/**
 * What is kept of a run that has ended: enough to know its events again, in at most about 200
 * bytes, and the keys of what it published unit by unit. Groups, settings, columns and texts are
 * gone, for their last use was the final snapshot and the ranking. The log digest is from here on
 * that of the run's start alone.
 */
final class Ended {
  private Ended() {}

  /** Whether the run of the state has ended, well or not. */
  static boolean is(FoldStateOrBuilder state) {
    return state.getPhase() != RunFold.TRAINING;
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
        .setLogDigest(state.hasStart() ? digest(state.getStart()) : state.getLogDigest())
        .build();
  }

  /**
   * @param state shrunk
   * @param start of the same or another run
   */
  static boolean beganWith(FoldStateOrBuilder state, RunStarted start) {
    return digest(start).equals(state.getLogDigest());
  }

  private static ByteString digest(RunStarted start) {
    LogDigest digest = new LogDigest(ByteString.EMPTY);
    TrainingEvent event = TrainingEvent.newBuilder().setRunStarted(start).build();
    digest.add(event, event.toByteArray());
    return digest.bytes();
  }
}
