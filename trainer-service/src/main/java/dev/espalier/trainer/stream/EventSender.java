package dev.espalier.trainer.stream;

import dev.espalier.kafka.CloudEvents;
import dev.espalier.kafka.TraceHeader;
import dev.espalier.trainer.run.EventSink;
import dev.espalier.trainer.run.OutgoingEvent;
import dev.espalier.training.v1.TrainingEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.header.Headers;
import org.jboss.logging.Logger;

/**
 * Takes events from the buffer to the topic of training events, in order, on a thread of its own.
 */
public final class EventSender implements EventSink {
  /** Brings records to the topic of training events. */
  @FunctionalInterface
  public interface Transport {
    /**
     * @param headers of the record; its key is the event's run id
     * @return completes once the bus has the record, and fails where it refuses it for good
     */
    CompletionStage<?> send(TrainingEvent event, Headers headers);
  }

  /** Most events that a transport has at a time. */
  public static final int MOST_IN_FLIGHT = 128;

  private static final Logger LOG = Logger.getLogger(EventSender.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofSeconds(1);

  private final EventBuffer buffer;
  private final String source;
  private final Transport transport;
  private final Semaphore inFlight = new Semaphore(MOST_IN_FLIGHT);
  private final BusWatch watch = new BusWatch(PATIENCE, System::nanoTime);
  private final Thread sender =
      Thread.ofPlatform().name("training-events").daemon().unstarted(this::send);

  /**
   * @param source who makes the events, for the headers, such as {@code /espalier/trainer}
   */
  public EventSender(EventBuffer buffer, String source, Transport transport) {
    this.buffer = buffer;
    this.source = source;
    this.transport = transport;
  }

  @Override
  public boolean offer(OutgoingEvent event, boolean droppable) {
    watch.sending();
    return buffer.offer(event, droppable);
  }

  @Override
  public Optional<String> trouble(String runId) {
    return watch.trouble(runId);
  }

  @Override
  public long refusedSummaries(String runId) {
    return watch.refusedSummaries(runId);
  }

  @Override
  public boolean idle() {
    return buffer.size() == 0;
  }

  /** Begins to send. */
  public void start() {
    sender.start();
  }

  /**
   * Ends sending.
   *
   * @param longest how long what is under way may take to leave
   */
  public void stop(Duration longest) throws InterruptedException {
    if (!buffer.awaitEmpty(longest)) {
      LOG.warnf("events were not sent before the shutdown: count=%d", buffer.size());
    }
    sender.interrupt();
  }

  private void send() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Optional<OutgoingEvent> next = buffer.take(IDLE);
        if (next.isPresent()) {
          inFlight.acquire();
          send(next.get());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(OutgoingEvent outgoing) {
    TrainingEvent event = outgoing.event();
    String id = event.getRunId() + "/" + event.getSequence();
    try {
      Headers headers = TraceHeader.put(CloudEvents.headers(event, source, id), outgoing.span());
      transport
          .send(event, headers)
          .whenComplete((taken, problem) -> finish(outgoing, id, Optional.ofNullable(problem)));
    } catch (RuntimeException e) {
      finish(outgoing, id, Optional.of(e));
    }
  }

  private void finish(OutgoingEvent outgoing, String id, Optional<Throwable> problem) {
    problem.ifPresent(
        refusal -> {
          TrainingEvent event = outgoing.event();
          boolean summary = event.hasGradientSummary() || event.hasUnitSummary();
          LOG.errorf("event refused: id=%s problem=%s", id, refusal);
          watch.refused(event.getRunId(), summary, String.valueOf(refusal.getMessage()));
        });
    buffer.done(outgoing);
    inFlight.release();
    watch.acknowledged(buffer.size() == 0);
  }
}
