package dev.espalier.trainer.run;

import com.google.protobuf.Timestamp;
import dev.espalier.trace.TraceParent;
import dev.espalier.training.v1.CheckpointHeader;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.RunPruned;
import dev.espalier.training.v1.RunRecord;
import dev.espalier.training.v1.RunResumed;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import dev.espalier.training.v1.UnitSummary;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Numbers a run's events and hands them on. Nothing goes out before the run is opened: summaries
 * until then are dropped, all else is kept. A dropped summary takes its number with it, so that the
 * gap shows. What is kept goes out when it is {@link #tell told}, after the run's state was written
 * that knows of it.
 */
final class RunLog {
  private final String runId;
  private final EventSink sink;
  private final Clock clock;
  private final List<OutgoingEvent> kept = new ArrayList<>();
  private int told;
  private Optional<TraceParent> span = Optional.empty();
  private boolean open;
  private long next = 1;
  private long silent;
  private long sinceCheckpoint;
  private long dropped;

  RunLog(String runId, EventSink sink, Clock clock) {
    this.runId = runId;
    this.sink = sink;
    this.clock = clock;
  }

  /**
   * Goes on with the log of a run that was cut short. Events that were sent before are sent again
   * under the same numbers, which tells their readers that they know them.
   *
   * @param header where the run goes on
   */
  void resume(CheckpointHeader header) {
    open = header.getLogOpen();
    next = header.getNextSequence();
    silent = header.getRecordedEvents();
    header.getKeptList().forEach(event -> kept.add(new OutgoingEvent(event, Optional.empty())));
    tell();
  }

  /**
   * Goes on with the log of a run that had ended.
   *
   * @param header where the run goes on
   * @param sequence that of the event that ended it
   * @param recorded events from the checkpoint on that were recorded before and are not made again
   */
  void reopen(CheckpointHeader header, long sequence, long recorded) {
    resume(header);
    open = true;
    next = sequence + 1;
    silent = recorded;
    kept.add(outgoing(event(next++).setRunResumed(RunResumed.getDefaultInstance())));
    tell();
  }

  /** Says where the log stands. */
  void describe(CheckpointHeader.Builder header) {
    if (sink.idle()) {
      kept.subList(0, told).clear();
      told = 0;
    }
    header.setLogOpen(open).setNextSequence(next).setRecordedEvents(silent).clearKept();
    kept.forEach(event -> header.addKept(event.event()));
  }

  /** What was said of the log is kept; events are counted from here on. */
  void checkpointed() {
    sinceCheckpoint = 0;
  }

  /**
   * Says where the log stands.
   *
   * @param ended whether the newest event ends it
   */
  void describe(RunRecord.Builder record, boolean ended) {
    record
        .setSequence(next - 1)
        .setLogEnded(ended && open)
        .setRecordedEvents(sinceCheckpoint + silent);
  }

  /**
   * Events from now on belong to another span.
   *
   * @param now empty where nothing is traced
   */
  void span(Optional<TraceParent> now) {
    span = now;
  }

  boolean isOpen() {
    return open;
  }

  /** Summaries that were dropped before they were sent, or refused by the bus since. */
  long dropped() {
    return dropped + sink.refusedSummaries(runId);
  }

  /** Opens the log with event 0 and tells what was kept; nothing where it is open. */
  void open(RunStarted started) {
    if (open) {
      return;
    }
    open = true;
    kept.addFirst(outgoing(event(0).setRunStarted(started)));
    tell();
  }

  void add(GradientSummary summary) {
    if (!known()) {
      offer(event(next++).setGradientSummary(summary));
    }
  }

  void add(UnitSummary summary) {
    if (!known()) {
      offer(event(next++).setUnitSummary(summary));
    }
  }

  void add(EpochCompleted epoch) {
    if (!known()) {
      kept.add(outgoing(event(next++).setEpochCompleted(epoch)));
    }
  }

  void add(RunPruned cut) {
    if (!known()) {
      kept.add(outgoing(event(next++).setRunPruned(cut)));
    }
  }

  void add(RunCompleted end) {
    kept.add(outgoing(event(next++).setRunCompleted(end)));
  }

  void add(RunFailed end) {
    kept.add(outgoing(event(next++).setRunFailed(end)));
  }

  /** Lets go of what is kept and was not told yet. */
  void tell() {
    while (open && told < kept.size()) {
      sink.offer(kept.get(told++), false);
    }
  }

  /** Whether this event was recorded before the run was resumed. */
  private boolean known() {
    sinceCheckpoint++;
    if (silent == 0) {
      return false;
    }
    silent--;
    return true;
  }

  private void offer(TrainingEvent.Builder complete) {
    if (!open || !sink.offer(outgoing(complete), true)) {
      dropped++;
    }
  }

  private OutgoingEvent outgoing(TrainingEvent.Builder event) {
    return new OutgoingEvent(event.build(), span);
  }

  private TrainingEvent.Builder event(long sequence) {
    Instant now = clock.instant();
    return TrainingEvent.newBuilder()
        .setRunId(runId)
        .setSequence(sequence)
        .setTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()));
  }
}
