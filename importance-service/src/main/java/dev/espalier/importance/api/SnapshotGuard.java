package dev.espalier.importance.api;

import dev.espalier.kafka.DeadLetter;
import dev.espalier.kafka.Topics;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
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

  private static final Logger LOG = Logger.getLogger(SnapshotGuard.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

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
        RunRecords.snapshot(record);
      } catch (ForeignRecordException e) {
        putAside(record, e.getMessage());
      }
    }
  }

  /** Waits for the broker as long as it takes: the offset moves on only after the letter. */
  private void putAside(ConsumerRecord<byte[], byte[]> record, String reason) {
    LOG.warnf(
        "Record put aside: topic=%s partition=%d offset=%d reason=%s",
        record.topic(), record.partition(), record.offset(), reason);
    Uni.createFrom()
        .deferred(() -> deadLetters.sendMessage(letter(record, reason)))
        .onFailure()
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .indefinitely()
        .await()
        .indefinitely();
  }

  private static Message<byte[]> letter(ConsumerRecord<byte[], byte[]> record, String reason) {
    DeadLetter.Copy copy =
        new DeadLetter(record.topic(), record.partition(), record.offset(), reason)
            .copy(record.key(), record.value(), record.headers());
    OutgoingKafkaRecordMetadata<byte[]> metadata =
        OutgoingKafkaRecordMetadata.<byte[]>builder()
            .withTopic(Topics.deadLetters(record.topic()))
            .withKey(copy.key())
            .withHeaders(copy.headers())
            .build();
    return Message.of(copy.value() == null ? new byte[0] : copy.value()).addMetadata(metadata);
  }
}
