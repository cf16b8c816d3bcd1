package dev.espalier.pruner.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.importance.v1.UnitScores;
import dev.espalier.kafka.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class UnitTopicTest {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.UNITS, 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final UnitTopic topic = new UnitTopic(() -> consumer, Duration.ofSeconds(5));
  private long end;

  UnitTopicTest() {
    Node[] nodes = {new Node(0, "localhost", 1)};
    consumer.updatePartitions(
        Topics.UNITS, List.of(new PartitionInfo(Topics.UNITS, 0, nodes[0], nodes, nodes)));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
  }

  /** The records lie there once the consumer has been assigned, which clears it. */
  private void holds(Runnable records) {
    consumer.schedulePollTask(records);
  }

  private void record(String run, String group, int offset, double fisher) {
    UnitScores scores =
        UnitScores.newBuilder()
            .setRunId(run)
            .setOffset(offset)
            .setEvidence(UnitEvidence.newBuilder().setGroupId(group).addFisher(fisher))
            .build();
    put(run + "/" + group + "/" + offset, scores.toByteArray());
  }

  private void put(String key, byte[] value) {
    consumer.addRecord(new ConsumerRecord<>(Topics.UNITS, 0, end++, key.getBytes(UTF_8), value));
  }

  private static Ranking ranking(int records) {
    return Ranking.newBuilder().setRunId("run-1").setUnitRecords(records).build();
  }

  private List<String> read(int records) throws IOException {
    return topic.of(ranking(records)).stream()
        .map(u -> u.getGroupId() + " " + u.getFisher(0))
        .toList();
  }

  @Test
  void theNewestRecordsOfTheRunComeInTheOrderOfTheirUnits() throws IOException {
    consumer.updateEndOffsets(Map.of(PARTITION, 5L));
    holds(
        () -> {
          record("run-1", "a", 8192, 3);
          record("run-10", "a", 0, 9);
          record("run-1", "a", 0, 1);
          put("run-1/b/0", null);
          record("run-1", "a", 0, 2);
        });
    assertEquals(List.of("a 2.0", "a 3.0"), read(2));
    assertTrue(consumer.closed());
  }

  @Test
  void recordsThatAreMissingAreAnErrorNotAGap() {
    consumer.updateEndOffsets(Map.of(PARTITION, 2L));
    holds(
        () -> {
          record("run-1", "a", 0, 1);
          put("run-1/a/0", null);
        });
    String message = assertThrows(IOException.class, () -> read(1)).getMessage();
    assertTrue(message.contains("its 1 records of unit scores cannot be read"), message);
    assertTrue(message.contains("0 of its records are there; try again, or take l2"), message);
  }

  @Test
  void aRecordThatIsNoneIsNamed() {
    consumer.updateEndOffsets(Map.of(PARTITION, 1L));
    holds(() -> put("run-1/a/0", new byte[] {-1}));
    String message = assertThrows(IOException.class, () -> read(1)).getMessage();
    assertTrue(message.startsWith(Topics.UNITS + ", partition 0, offset 0: "), message);
  }

  @Test
  void aBrokerThatFailsIsNamed() {
    consumer.updateEndOffsets(Map.of(PARTITION, 1L));
    consumer.setPollException(new KafkaException("gone"));
    String message = assertThrows(IOException.class, () -> read(1)).getMessage();
    assertTrue(message.contains("gone"), message);
  }

  @Test
  void whatTheRankingHoldsIsNotAskedFor() throws IOException {
    Ranking whole =
        ranking(1).toBuilder().addUnits(UnitEvidence.newBuilder().setGroupId("a")).build();
    assertEquals(whole.getUnitsList(), topic.of(whole));
    assertEquals(List.of(), topic.of(ranking(0)));
  }
}
