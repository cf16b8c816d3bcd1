package dev.espalier.importance.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.junit.jupiter.api.Test;

class RecordReaderTest {
  private static final String TOPIC = "results";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 2);
  private static final byte[] KEY = "run-1".getBytes(UTF_8);

  private final List<MockConsumer<byte[], byte[]>> opened = new ArrayList<>();
  private long now;
  private final RecordReader reader =
      new RecordReader(this::open, Duration.ofSeconds(3), () -> now += 1_000_000_000);
  private List<ConsumerRecord<byte[], byte[]>> log = List.of();
  private KafkaException failure;

  /** A consumer of a partition that begins at offset 5 and ends after the log. */
  private MockConsumer<byte[], byte[]> open() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    opened.add(consumer);
    serve(consumer);
    return consumer;
  }

  private void serve(MockConsumer<byte[], byte[]> consumer) {
    consumer.updateBeginningOffsets(Map.of(PARTITION, 5L));
    consumer.updateEndOffsets(Map.of(PARTITION, 100L));
    consumer.schedulePollTask(
        () -> {
          log.forEach(consumer::addRecord);
          consumer.setPollException(failure);
        });
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, String key) {
    return new ConsumerRecord<>(TOPIC, 2, offset, key.getBytes(UTF_8), new byte[] {7});
  }

  private Optional<ConsumerRecord<byte[], byte[]>> read(long offset) {
    return reader.read(TOPIC, new Place(2, offset), KEY);
  }

  @Test
  void recordIsFoundAtItsPlace() {
    log = List.of(record(8, "run-2"), record(9, "run-1"), record(10, "run-1"));
    ConsumerRecord<byte[], byte[]> found = read(9).orElseThrow();
    assertEquals(9, found.offset());
    assertArrayEquals(new byte[] {7}, found.value());
  }

  @Test
  void recordThatWasCompactedAwayIsNotThere() {
    log = List.of(record(12, "run-1"));
    assertTrue(read(9).isEmpty());
  }

  @Test
  void recordOfAnotherKeyIsNotTheOne() {
    log = List.of(record(9, "run-2"));
    assertTrue(read(9).isEmpty());
  }

  @Test
  void placeBeforeTheBeginningHoldsNothing() {
    log = List.of(record(9, "run-1"));
    assertTrue(read(2).isEmpty());
  }

  @Test
  void consumerIsKeptForTheNextRead() {
    log = List.of(record(9, "run-1"));
    read(9);
    serve(opened.getFirst());
    assertTrue(read(9).isPresent());
    assertEquals(1, opened.size());
    reader.close();
    assertTrue(opened.getFirst().closed());
  }

  @Test
  void silentBrokerIsUnavailableInTime() {
    var e = assertThrows(BusUnavailableException.class, () -> read(9));
    assertEquals(
        "results could not be read, ask again shortly: no answer within 3000 ms", e.getMessage());
    assertTrue(now <= 6_000_000_000L, () -> "took " + now + " ns");
    assertTrue(opened.getFirst().closed());
  }

  @Test
  void consumerThatFailedIsReplaced() {
    failure = new AuthenticationException("not you");
    var e = assertThrows(BusUnavailableException.class, () -> read(9));
    assertEquals("results could not be read, ask again shortly: not you", e.getMessage());
    assertTrue(opened.getFirst().closed());
    failure = null;
    log = List.of(record(9, "run-1"));
    assertTrue(read(9).isPresent());
    assertFalse(opened.getLast().closed());
  }
}
