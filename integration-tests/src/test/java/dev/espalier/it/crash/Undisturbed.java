package dev.espalier.it.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.fold.RunFold;
import dev.espalier.importance.fold.Units;
import dev.espalier.importance.v1.UnitScores;
import dev.espalier.kafka.Topics;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Folds the log as it stands in the topic, run by run, in one piece and without Kafka. */
final class Undisturbed {
  private final Map<String, RunFold> folds = new HashMap<>();
  private final Map<Outcome.Fault, Integer> faults = new EnumMap<>(Outcome.Fault.class);
  private final Outputs outputs = new Outputs();

  /**
   * @param log all records of the training topic, each partition in order
   */
  Undisturbed(List<ConsumerRecord<byte[], byte[]>> log) {
    log.forEach(this::fold);
  }

  Outputs outputs() {
    return outputs;
  }

  /** How many records were refused, by fault. */
  Map<Outcome.Fault, Integer> faults() {
    return faults;
  }

  private void fold(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      bury(record, Outcome.Fault.UNREADABLE, "key is not set");
      return;
    }
    String run = new String(record.key(), UTF_8);
    RunFold fold = folds.computeIfAbsent(run, id -> RunFold.fresh());
    switch (fold.fold(run, record.value())) {
      case Outcome.Folded folded -> publish(run, folded);
      case Outcome.Rejected rejected -> bury(record, rejected.fault(), rejected.reason());
      case Outcome.Deleted deleted -> forget(run, deleted);
      case Outcome.Duplicate duplicate -> {}
    }
  }

  private void publish(String run, Outcome.Folded folded) {
    folded
        .snapshot()
        .ifPresent(
            snapshot -> {
              outputs.add(Topics.IMPORTANCE, run, snapshot.toByteArray());
              outputs.replace(Topics.SNAPSHOTS, run, snapshot.toByteArray());
            });
    for (UnitScores stretch : folded.units()) {
      outputs.add(Topics.UNITS, Units.key(stretch), stretch.toByteArray());
    }
    folded.ranking().ifPresent(r -> outputs.add(Topics.RANKINGS, run, r.toByteArray()));
  }

  private void forget(String run, Outcome.Deleted deleted) {
    outputs.replace(Topics.SNAPSHOTS, run, null);
    outputs.add(Topics.RANKINGS, run, null);
    deleted.unitKeys().forEach(key -> outputs.add(Topics.UNITS, key, null));
  }

  private void bury(ConsumerRecord<byte[], byte[]> record, Outcome.Fault fault, String reason) {
    faults.merge(fault, 1, Integer::sum);
    outputs.bury(
        record.topic(), record.partition(), record.offset(), reason, record.key(), record.value());
  }
}
