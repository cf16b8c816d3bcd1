package dev.espalier.pruner.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.importance.v1.UnitScores;
import dev.espalier.kafka.Topics;
import dev.espalier.pruner.job.UnitRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the records of one run out of {@link Topics#UNITS} when they are asked for: only prunings
 * that choose channels by them need them, and they may be large.
 *
 * @param consumers makes consumers of committed bytes, without a group
 * @param longest to read
 */
public record UnitTopic(Supplier<Consumer<byte[], byte[]>> consumers, Duration longest)
    implements UnitRecords {
  private static final Duration POLL = Duration.ofMillis(200);

  @Override
  public List<UnitEvidence> of(Ranking ranking) throws IOException {
    if (ranking.getUnitsCount() > 0 || ranking.getUnitRecords() == 0) {
      return ranking.getUnitsList();
    }
    Map<String, UnitScores> found = new HashMap<>();
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      read(consumer, ranking.getRunId(), found);
    } catch (KafkaException e) {
      throw failure(ranking, e.getMessage(), e);
    }
    if (found.size() != ranking.getUnitRecords()) {
      throw failure(ranking, found.size() + " of its records are there", null);
    }
    return found.values().stream()
        .sorted(Comparator.comparingInt(UnitScores::getOffset))
        .map(UnitScores::getEvidence)
        .toList();
  }

  private void read(Consumer<byte[], byte[]> consumer, String run, Map<String, UnitScores> found)
      throws IOException {
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topics.UNITS, longest).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, longest);
    long deadline = System.nanoTime() + longest.toNanos();
    while (partitions.stream().anyMatch(p -> consumer.position(p, longest) < ends.get(p))) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            Topics.UNITS + " was not read to its end within " + longest.toSeconds() + " s");
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        take(record, run + "/", found);
      }
    }
  }

  private static void take(
      ConsumerRecord<byte[], byte[]> record, String prefix, Map<String, UnitScores> found)
      throws IOException {
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    if (!key.startsWith(prefix)) {
      return;
    }
    if (record.value() == null) {
      found.remove(key);
      return;
    }
    try {
      found.put(key, UnitScores.parseFrom(record.value()));
    } catch (InvalidProtocolBufferException e) {
      throw new IOException(
          "%s, partition %d, offset %d: is no UnitScores: %s"
              .formatted(record.topic(), record.partition(), record.offset(), e.getMessage()),
          e);
    }
  }

  private static IOException failure(Ranking ranking, String what, Throwable cause) {
    return new IOException(
        "run_id = \"%s\": its %d records of unit scores cannot be read from %s: %s; try again, or take l2"
            .formatted(ranking.getRunId(), ranking.getUnitRecords(), Topics.UNITS, what),
        cause);
  }
}
