package dev.espalier.importance.api;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.kafka.DeadLetter;
import dev.espalier.kafka.Topics;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Puts aside what is no snapshot. All instances share this work and remember how far it went, so
 * that a bad record is put aside once and not by every instance at every start.
 */
@ApplicationScoped
public class SnapshotGuard {

  /** Largest value that is copied; the broker takes about 1 MiB, headers included. */
  static final int LARGEST_VALUE = 1_000_000;

  private static final Logger LOG = Logger.getLogger(SnapshotGuard.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MutinyEmitter<byte[]> deadLetters;

  SnapshotGuard(@Channel("dead-letters-out") MutinyEmitter<byte[]> deadLetters) {
    this.deadLetters = deadLetters;
  }

  @Incoming("guard-in")
  @Blocking
  void check(ConsumerRecords<byte[], byte[]> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.value() == null) {
        continue;
      }
      try {
        ImportanceSnapshot.parseFrom(record.value());
      } catch (InvalidProtocolBufferException e) {
        putAside(record, "value is no ImportanceSnapshot: " + e.getMessage());
      }
    }
  }

  private void putAside(ConsumerRecord<byte[], byte[]> record, String reason) {
    try {
      deadLetters.sendMessage(letter(record, reason)).await().atMost(PATIENCE);
    } catch (RuntimeException e) {
      LOG.errorf(
          "Dead letter lost: topic=%s partition=%d offset=%d reason=%s",
          record.topic(), record.partition(), record.offset(), e.getMessage());
    }
  }

  private static Message<byte[]> letter(ConsumerRecord<byte[], byte[]> record, String reason) {
    boolean fits = record.value().length <= LARGEST_VALUE;
    String said =
        fits ? reason : reason + " (too large to copy: " + record.value().length + " bytes)";
    Headers headers = new RecordHeaders(record.headers());
    DeadLetter letter = new DeadLetter(record.topic(), record.partition(), record.offset(), said);
    for (Header header : letter.headers()) {
      headers.remove(header.key()).add(header);
    }
    OutgoingKafkaRecordMetadata<byte[]> metadata =
        OutgoingKafkaRecordMetadata.<byte[]>builder()
            .withTopic(Topics.deadLetters(record.topic()))
            .withKey(record.key())
            .withHeaders(headers)
            .build();
    return Message.of(fits ? record.value() : new byte[0]).addMetadata(metadata);
  }
}
