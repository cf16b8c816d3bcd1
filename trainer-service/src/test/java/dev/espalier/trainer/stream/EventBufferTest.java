package dev.espalier.trainer.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.trainer.run.OutgoingEvent;
import dev.espalier.training.v1.TrainingEvent;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventBufferTest {
  private static final int SIZE = event(1).event().getSerializedSize();
  private static final Duration NOW = Duration.ZERO;

  private final EventBuffer buffer = new EventBuffer(3L * SIZE);

  @Test
  void keepsTheOrder() throws InterruptedException {
    buffer.offer(event(1), true);
    buffer.offer(event(2), false);

    assertEquals(event(1), buffer.take(NOW).orElseThrow());
    assertEquals(event(2), buffer.take(NOW).orElseThrow());
    assertTrue(buffer.take(NOW).isEmpty());
  }

  @Test
  void droppableEventsAreRefusedWithoutRoomAndOthersNever() {
    assertTrue(buffer.offer(event(1), true));
    assertTrue(buffer.offer(event(2), true));
    assertTrue(buffer.offer(event(3), true));

    assertFalse(buffer.offer(event(4), true));
    assertTrue(buffer.offer(event(5), false));
    assertEquals(4, buffer.size());
  }

  @Test
  void roomIsFreeOnlyOnceTheBusHasTheEvent() throws InterruptedException {
    buffer.offer(event(1), true);
    buffer.offer(event(2), true);
    buffer.offer(event(3), true);
    OutgoingEvent taken = buffer.take(NOW).orElseThrow();

    assertFalse(buffer.offer(event(4), true));
    buffer.done(taken);
    assertTrue(buffer.offer(event(4), true));
  }

  @Test
  void emptyOnceAllAreDone() throws InterruptedException {
    buffer.offer(event(1), true);
    OutgoingEvent taken = buffer.take(NOW).orElseThrow();

    assertFalse(buffer.awaitEmpty(NOW));
    Thread.ofVirtual().start(() -> buffer.done(taken));
    assertTrue(buffer.awaitEmpty(Duration.ofSeconds(20)));
  }

  @Test
  void badCapacityIsNamed() {
    assertThrows(IllegalArgumentException.class, () -> new EventBuffer(0));
  }

  private static OutgoingEvent event(long sequence) {
    return new OutgoingEvent(
        TrainingEvent.newBuilder().setRunId("run").setSequence(sequence).build(), Optional.empty());
  }
}
