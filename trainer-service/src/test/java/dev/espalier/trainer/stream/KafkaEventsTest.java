package dev.espalier.trainer.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.kafka.TraceHeader;
import dev.espalier.trace.TraceParent;
import dev.espalier.trainer.run.OutgoingEvent;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.TrainingEvent;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.header.Headers;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KafkaEventsTest {
  private static final int MOST_IN_FLIGHT = 128;

  private static final class FakeEmitter implements Emitter<TrainingEvent> {
    final AtomicInteger failures = new AtomicInteger();
    final BlockingQueue<Message<? extends TrainingEvent>> sent = new LinkedBlockingQueue<>();

    @Override
    public CompletionStage<Void> send(TrainingEvent event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <M extends Message<? extends TrainingEvent>> void send(M message) {
      if (failures.getAndDecrement() > 0) {
        throw new IllegalStateException("the channel is closed");
      }
      sent.add(message);
    }

    @Override
    public void complete() {}

    @Override
    public void error(Exception e) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public boolean hasRequests() {
      return true;
    }

    Message<? extends TrainingEvent> next() throws InterruptedException {
      return sent.poll(20, TimeUnit.SECONDS);
    }
  }

  private final EventBuffer buffer = new EventBuffer(1 << 20);
  private final FakeEmitter emitter = new FakeEmitter();
  private final KafkaEvents events = new KafkaEvents(buffer, emitter);

  @BeforeEach
  void start() {
    events.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    events.stop(Duration.ZERO);
  }

  @Test
  void recordsCarryKeyAndCloudEventsHeaders() throws InterruptedException {
    events.offer(event(7), true);

    OutgoingKafkaRecordMetadata<?> record =
        emitter.next().getMetadata(OutgoingKafkaRecordMetadata.class).orElseThrow();

    assertEquals("run-a", record.getKey());
    assertEquals("run-a/7", header(record, "ce_id"));
    assertEquals("espalier.training.v1.TrainingEvent", header(record, "ce_type"));
    assertEquals("/espalier/trainer", header(record, "ce_source"));
    assertEquals("application/protobuf", header(record, "content-type"));
  }

  @Test
  void recordsNameTheirSpanAndAreTheSameWithoutOne() throws InterruptedException {
    TraceParent span = new TraceParent("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", 1);
    events.offer(event(7, Optional.of(span)), true);
    events.offer(event(7), true);

    Message<? extends TrainingEvent> traced = emitter.next();
    Message<? extends TrainingEvent> untraced = emitter.next();

    assertEquals(Optional.of(span), TraceHeader.of(headers(traced)));
    assertNull(headers(untraced).lastHeader(TraceHeader.NAME));
    assertEquals(untraced.getPayload().toByteString(), traced.getPayload().toByteString());
  }

  @Test
  void orderIsKeptAndFlightIsBounded() throws InterruptedException {
    int count = MOST_IN_FLIGHT + 50;
    for (int i = 0; i < count; i++) {
      events.offer(event(i), true);
    }

    for (int i = 0; i < MOST_IN_FLIGHT; i++) {
      assertEquals(i, emitter.next().getPayload().getSequence());
    }
    assertNull(emitter.sent.poll(50, TimeUnit.MILLISECONDS), "nothing more before an ack");
    assertEquals(count, buffer.size());
  }

  @Test
  void acknowledgedEventsAreGone() throws InterruptedException {
    events.offer(event(1), true);

    emitter.next().ack();

    assertTrue(buffer.awaitEmpty(Duration.ofSeconds(20)));
    assertTrue(events.trouble("run-a").isEmpty());
  }

  @Test
  void refusedEventIsReportedAndTheNextGoesOn() throws InterruptedException {
    events.offer(event(1), true);
    events.offer(event(2), true);

    emitter.next().nack(new IllegalStateException("record is too large"));

    assertEquals(2, emitter.next().getPayload().getSequence());
    assertTrue(events.trouble("run-a").orElseThrow().contains("record is too large"));
    assertEquals(1, events.refusedSummaries("run-a"));
  }

  @Test
  void sendingThatThrowsLosesItsEventAloneAndLeavesNoRoomTaken() throws InterruptedException {
    int failures = MOST_IN_FLIGHT + 1;
    emitter.failures.set(failures);
    for (int i = 0; i <= failures; i++) {
      events.offer(event(i), true);
    }

    Message<? extends TrainingEvent> next = emitter.next();

    assertEquals(failures, next.getPayload().getSequence());
    assertEquals(1, buffer.size());
    assertEquals(failures, events.refusedSummaries("run-a"));
    assertTrue(events.trouble("run-a").orElseThrow().contains("the channel is closed"));
    assertTrue(events.trouble("run-b").isEmpty());
  }

  private static Headers headers(Message<?> message) {
    return message.getMetadata(OutgoingKafkaRecordMetadata.class).orElseThrow().getHeaders();
  }

  private static String header(OutgoingKafkaRecordMetadata<?> record, String name) {
    return new String(record.getHeaders().lastHeader(name).value(), UTF_8);
  }

  private static OutgoingEvent event(long sequence) {
    return event(sequence, Optional.empty());
  }

  private static OutgoingEvent event(long sequence, Optional<TraceParent> span) {
    return new OutgoingEvent(
        TrainingEvent.newBuilder()
            .setRunId("run-a")
            .setSequence(sequence)
            .setGradientSummary(GradientSummary.newBuilder().setLoss(1))
            .build(),
        span);
  }
}
