package dev.espalier.trainer.run;

import com.google.protobuf.Timestamp;
import dev.espalier.trace.TraceParent;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
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
  private long dropped;

  RunLog(String runId, EventSink sink, Clock clock) {
    this.runId = runId;
    this.sink = sink;
    this.clock = clock;
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

  /** Opens the log with event 0 and lets go of what was held back. */
  void open(RunStarted started) {
    open = true;
    sink.offer(outgoing(event(0).setRunStarted(started)), false);
    held.forEach(event -> sink.offer(event, false));
    held.clear();
  }

  void add(GradientSummary summary) {
    OutgoingEvent event = outgoing(event(next++).setGradientSummary(summary));
    if (!open || !sink.offer(event, true)) {
      dropped++;
    }
  }

  void add(EpochCompleted epoch) {
    keep(event(next++).setEpochCompleted(epoch));
  }

  void add(RunCompleted end) {
    keep(event(next++).setRunCompleted(end));
  }

  void add(RunFailed end) {
    keep(event(next++).setRunFailed(end));
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
