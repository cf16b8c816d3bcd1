package dev.espalier.trainer.run;

import com.google.protobuf.Timestamp;
import dev.espalier.trace.TraceParent;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.RunPruned;
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
 * until then are dropped, all else is held back. A dropped summary takes its number with it, so
 * that the gap shows.
 */
final class RunLog {
  private final String runId;
  private final EventSink sink;
  private final Clock clock;
  private final List<OutgoingEvent> held = new ArrayList<>();
  private Optional<TraceParent> span = Optional.empty();
  private boolean open;
  private long next = 1;
  private long silent;
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
   * @param sequence the next event's
   * @param recorded events from there on that were recorded before and are not made again
   * @param wasOpen whether the log is open
   */
  void resume(long sequence, long recorded, boolean wasOpen) {
    open = wasOpen;
    next = sequence;
    silent = recorded;
  }

  /**
   * Goes on with the open log of a run that had ended.
   *
   * @param sequence that of the event that ended it
   * @param recorded events from the run's checkpoint on that were recorded before and are not made
   *     again
   */
  void reopen(long sequence, long recorded) {
    open = true;
    next = sequence + 1;
    keep(event(next++).setRunResumed(RunResumed.getDefaultInstance()));
    silent = recorded;
  }

  /** Events from now on that were recorded before. */
  long recorded() {
    return silent;
  }

  /** Number of the next event that {@link #add} takes. */
  long next() {
    return next;
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

  /** Opens the log with event 0 and lets go of what was held back; nothing where it is open. */
  void open(RunStarted started) {
    if (open) {
      return;
    }
    open = true;
    sink.offer(outgoing(event(0).setRunStarted(started)), false);
    held.forEach(event -> sink.offer(event, false));
    held.clear();
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
    if (known()) {
      return;
    }
    keep(event(next++).setEpochCompleted(epoch));
  }

  void add(RunPruned cut) {
    if (known()) {
      return;
    }
    keep(event(next++).setRunPruned(cut));
  }

  void add(RunCompleted end) {
    keep(event(next++).setRunCompleted(end));
  }

  void add(RunFailed end) {
    keep(event(next++).setRunFailed(end));
  }

  /** Whether this event was recorded before the run was resumed. */
  private boolean known() {
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

  private void keep(TrainingEvent.Builder complete) {
    OutgoingEvent event = outgoing(complete);
    if (open) {
      sink.offer(event, false);
    } else {
      held.add(event);
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
