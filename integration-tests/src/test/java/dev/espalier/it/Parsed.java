package dev.espalier.it;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.RunPhase;
import dev.espalier.training.v1.TrainingEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The payloads of records. */
final class Parsed {
  private Parsed() {}

  static TrainingEvent event(ConsumerRecord<String, byte[]> record) {
    try {
      return TrainingEvent.parseFrom(record.value());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether a snapshot is the last of a run that ended well. */
  static boolean isFinal(ConsumerRecord<String, byte[]> record) {
    return snapshot(record).getPhase() == RunPhase.RUN_PHASE_COMPLETED;
  }

  static ImportanceSnapshot snapshot(ConsumerRecord<String, byte[]> record) {
    try {
      return ImportanceSnapshot.parseFrom(record.value());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
