package dev.espalier.importance.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class KeyHistoryTest {
  private static final String TOPIC = "history";
  private static final byte[] KEY = "foobar".getBytes(UTF_8);

  /** Of four partitions, where a producer puts this key: its murmur2 is -790332482. */
  private static final TopicPartition OWN = new TopicPartition(TOPIC, 2);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final KeyHistory history = new KeyHistory(() -> consumer, TOPIC, KEY);

  KeyHistoryTest() {
    consumer.updatePartitions(
        TOPIC,
        IntStream.range(0, 4)
            .mapToObj(i -> new PartitionInfo(TOPIC, i, null, null, null))
            .toList());
    consumer.updateBeginningOffsets(Map.of(OWN, 5L));
    consumer.updateEndOffsets(Map.of(OWN, 8L));
  }

  private void add(long offset, String key) {
    consumer.addRecord(
        new ConsumerRecord<>(TOPIC, OWN.partition(), offset, key.getBytes(UTF_8), new byte[0]));
  }

  private List<Long> offsets() {
    return history.next().stream().map(ConsumerRecord::offset).toList();
  }

  @Test
  void recordsOfTheKeyComeFromItsPartitionTheOldestFirst() {
    consumer.schedulePollTask(
        () -> {
          add(5, "foobar");
          add(6, "run-2");
          add(7, "foobar");
        });
    assertEquals(List.of(5L, 7L), offsets());
    assertEquals(Set.of(OWN), consumer.assignment());
    assertTrue(history.isAtEnd());
    assertEquals(List.of(), offsets());
  }

  @Test
  void endMovesOnWithTheTopic() {
    consumer.schedulePollTask(() -> IntStream.range(5, 8).forEach(i -> add(i, "foobar")));
    assertEquals(List.of(5L, 6L, 7L), offsets());
    consumer.updateEndOffsets(Map.of(OWN, 9L));
    assertFalse(history.isAtEnd());
    add(8, "foobar");
    assertEquals(List.of(8L), offsets());
    assertTrue(history.isAtEnd());
  }

  @Test
  void missingTopicIsNamed() {
    consumer.updatePartitions(TOPIC, List.of());
    var e = assertThrows(BusUnavailableException.class, history::next);
    assertEquals(
        "history could not be read, ask again shortly: there is no such topic", e.getMessage());
    history.close();
    assertTrue(consumer.closed());
  }
}
