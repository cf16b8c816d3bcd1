package dev.espalier.trainer.stream;

import dev.espalier.trainer.run.EventSink;
import dev.espalier.trainer.run.OutgoingEvent;
import dev.espalier.training.v1.TrainingEvent;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.header.Headers;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** The service's way to the topic of training events: its messaging channel. */
@ApplicationScoped
public class KafkaEvents implements EventSink {
  private static final String SOURCE = "/espalier/trainer";

  private final Emitter<TrainingEvent> emitter;
  private final EventSender sender;

  KafkaEvents(
      EventBuffer buffer,
      @Channel("training-events")
          @OnOverflow(
              value = OnOverflow.Strategy.BUFFER,
              bufferSize = 2 * EventSender.MOST_IN_FLIGHT)
          Emitter<TrainingEvent> emitter) {
    this.emitter = emitter;
    sender = new EventSender(buffer, SOURCE, this::send);
  }

  @Override
  public boolean offer(OutgoingEvent event, boolean droppable) {
    return sender.offer(event, droppable);
  }

  @Override
  public Optional<String> trouble(String runId) {
    return sender.trouble(runId);
  }

  @Override
  public long refusedSummaries(String runId) {
    return sender.refusedSummaries(runId);
  }

  @Override
  public boolean idle() {
    return sender.idle();
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
    sender.stop(longest);
  }

  private CompletionStage<?> send(TrainingEvent event, Headers headers) {
    OutgoingKafkaRecordMetadata<String> record =
        OutgoingKafkaRecordMetadata.<String>builder()
            .withKey(event.getRunId())
            .withHeaders(headers)
            .build();
    CompletableFuture<Void> taken = new CompletableFuture<>();
    emitter.send(
        Message.of(
            event,
            Metadata.of(record),
            () -> {
              taken.complete(null);
              return CompletableFuture.completedStage(null);
            },
            problem -> {
              taken.completeExceptionally(problem);
              return CompletableFuture.completedStage(null);
            }));
    return taken;
  }
}
