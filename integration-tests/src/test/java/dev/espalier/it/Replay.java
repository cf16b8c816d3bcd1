package dev.espalier.it;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.fold.RunFold;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.RunPhase;
import dev.espalier.training.v1.TrainingEvent;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Folds a recorded log without Kafka. */
final class Replay {
  private Replay() {}

  static Ranking ranking(List<ConsumerRecord<String, byte[]>> log) {
    RunFold fold = RunFold.fresh();
    Ranking ranking = null;
    for (ConsumerRecord<String, byte[]> record : log) {
      if (fold.fold(event(record)) instanceof Outcome.Folded folded) {
        ranking = folded.ranking().orElse(ranking);
      }
    }
    return ranking;
  }

  /** The bytes of every snapshot that the log calls for, in order. */
  static List<ByteString> snapshots(List<ConsumerRecord<String, byte[]>> log) {
    RunFold fold = RunFold.fresh();
    List<ByteString> snapshots = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> record : log) {
      if (fold.fold(record.key(), record.value()) instanceof Outcome.Folded folded) {
        folded.snapshot().ifPresent(snapshot -> snapshots.add(snapshot.toByteString()));
      }
    }
    return snapshots;
  }

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
