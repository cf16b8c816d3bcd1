package dev.espalier.importance.api;

import static dev.espalier.importance.api.Results.snapshot;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.kafka.DeadLetter;
import dev.espalier.kafka.Topics;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.smallrye.reactive.messaging.memory.InMemoryConnector;
import io.smallrye.reactive.messaging.memory.InMemorySink;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is no snapshot goes aside, the rest into the view. */
@QuarkusTest
@Timeout(60)
class SnapshotGuardTest {
  private static final byte[] KEY = "run-guarded".getBytes(UTF_8);

  @Inject RunView view;
  @Inject @Any InMemoryConnector bus;

  @Test
  void whatIsNoSnapshotGoesAsideAndTheViewGoesOn() {
    byte[] garbage = {1, 2, 3, -1, -2};
    byte[] large = new byte[DeadLetter.LARGEST_COPY + 1];
    byte[] foreign = snapshot("run-other", 3).toByteArray();
    byte[] good = snapshot("run-guarded", 3).toByteArray();
    InMemorySink<byte[]> aside = bus.sink("dead-letters-out");

    ConsumerRecords<byte[], byte[]> batch =
        batch(
            record(40, null),
            record(41, garbage),
            record(42, foreign),
            record(43, good),
            record(44, large));
    bus.<ConsumerRecords<byte[], byte[]>>source("results").send(batch);
    bus.<ConsumerRecords<byte[], byte[]>>source("guard-in").send(batch);
    while (aside.received().size() < 3 || view.look("run-guarded") instanceof Lookup.Unknown) {
      assertFalse(Thread.interrupted(), () -> aside.received().size() + " put aside");
      Thread.onSpinWait();
    }

    Message<byte[]> first = aside.received().get(0);
    OutgoingKafkaRecordMetadata<?> to =
        first.getMetadata(OutgoingKafkaRecordMetadata.class).orElseThrow();
    assertEquals("espalier.snapshots.v1.dlq", to.getTopic());
    assertArrayEquals(KEY, (byte[]) to.getKey());
    assertArrayEquals(garbage, first.getPayload());
    assertEquals("41", header(first, DeadLetter.OFFSET));
    String reason = header(first, DeadLetter.REASON);
    assertTrue(reason.startsWith("value is no ImportanceSnapshot: "), reason);
    assertEquals(
        "run_id = \"run-other\": must be the key \"run-guarded\"",
        header(aside.received().get(1), DeadLetter.REASON));
    Message<byte[]> second = aside.received().get(2);
    assertEquals("44", header(second, DeadLetter.OFFSET));
    assertEquals(0, second.getPayload().length);
    String tooLarge = header(second, DeadLetter.REASON);
    int size = large.length + KEY.length;
    assertTrue(tooLarge.endsWith("(too large to copy: " + size + " bytes)"), tooLarge);
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
    return new ConsumerRecord<>(Topics.SNAPSHOTS, 0, offset, KEY, value);
  }

  @SafeVarargs
  private static ConsumerRecords<byte[], byte[]> batch(ConsumerRecord<byte[], byte[]>... records) {
    return new ConsumerRecords<>(
        Map.of(new TopicPartition(Topics.SNAPSHOTS, 0), List.of(records)), Map.of());
  }

  private static String header(Message<byte[]> letter, String name) {
    OutgoingKafkaRecordMetadata<?> metadata =
        letter.getMetadata(OutgoingKafkaRecordMetadata.class).orElseThrow();
    return new String(metadata.getHeaders().lastHeader(name).value(), UTF_8);
  }
}
