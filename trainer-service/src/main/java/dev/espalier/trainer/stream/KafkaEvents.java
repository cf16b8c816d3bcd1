package dev.espalier.trainer.stream;

import dev.espalier.kafka.CloudEvents;
import dev.espalier.kafka.TraceHeader;
import dev.espalier.trainer.run.EventSink;
import dev.espalier.trainer.run.OutgoingEvent;
import dev.espalier.training.v1.TrainingEvent;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

/**
 * Takes events from the buffer to the topic of training events, in order, on a thread of its own.
 */
@ApplicationScoped
public class KafkaEvents implements EventSink {
  private static final Logger LOG = Logger.getLogger(KafkaEvents.class);
  private static final String SOURCE = "/espalier/trainer";
  private static final int MOST_IN_FLIGHT = 128;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofSeconds(1);

  private final EventBuffer buffer;
  private final Emitter<TrainingEvent> emitter;
  private final Semaphore inFlight = new Semaphore(MOST_IN_FLIGHT);
  private final BusWatch watch = new BusWatch(PATIENCE, System::nanoTime);
  private final Thread sender =
      Thread.ofPlatform().name("training-events").daemon().unstarted(this::send);

  KafkaEvents(
      EventBuffer buffer,
      @Channel("training-events")
          @OnOverflow(value = OnOverflow.Strategy.BUFFER, bufferSize = 2 * MOST_IN_FLIGHT)
          Emitter<TrainingEvent> emitter) {
    this.buffer = buffer;
    this.emitter = emitter;
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

  private void send(OutgoingEvent event) {
    String id = event.event().getRunId() + "/" + event.event().getSequence();
    try {
      emitter.send(message(event, id));
    } catch (RuntimeException e) {
      refused(event, id, e);
    }
  }

  private Message<TrainingEvent> message(OutgoingEvent outgoing, String id) {
    TrainingEvent event = outgoing.event();
    OutgoingKafkaRecordMetadata<String> record =
        OutgoingKafkaRecordMetadata.<String>builder()
            .withKey(event.getRunId())
            .withHeaders(TraceHeader.put(CloudEvents.headers(event, SOURCE, id), outgoing.span()))
            .build();
    return Message.of(
        event,
        Metadata.of(record),
        () -> sent(outgoing),
        problem -> refused(outgoing, id, problem));
  }

  private CompletionStage<Void> sent(OutgoingEvent event) {
    finish(event);
    watch.acknowledged(buffer.size() == 0);
    return CompletableFuture.completedStage(null);
  }

  private CompletionStage<Void> refused(OutgoingEvent event, String id, Throwable problem) {
    LOG.errorf("event refused: id=%s problem=%s", id, problem);
    watch.refused(
        event.event().getRunId(),
        event.event().hasGradientSummary(),
        String.valueOf(problem.getMessage()));
    finish(event);
    watch.acknowledged(buffer.size() == 0);
    return CompletableFuture.completedStage(null);
  }

  private void finish(OutgoingEvent event) {
    buffer.done(event);
    inFlight.release();
  }
}
