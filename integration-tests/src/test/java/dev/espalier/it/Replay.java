package dev.espalier.it;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.fold.RunFold;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.training.v1.TrainingEvent;
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

  static TrainingEvent event(ConsumerRecord<String, byte[]> record) {
    try {
      return TrainingEvent.parseFrom(record.value());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  static ImportanceSnapshot snapshot(ConsumerRecord<String, byte[]> record) {
    try {
      return ImportanceSnapshot.parseFrom(record.value());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
