package dev.espalier.it.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.kafka.Topics;
import dev.espalier.local.suite.Topology;
import dev.espalier.training.v1.TrainingEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Polls the training topic and parses each record, and does nothing else. */
final class BareConsumer implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private long groups;

  /** Begins at the topic's end. */
  BareConsumer(String servers) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        IntStream.range(0, Topology.TRAINING_PARTITIONS)
            .mapToObj(p -> new TopicPartition(Topics.TRAINING, p))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /**
   * Reads so many records.
   *
   * @return records a second over all but the first share
   */
  double read(long records, double leftOut) throws InvalidProtocolBufferException {
    long from = (long) (records * leftOut);
    long began = System.nanoTime();
    long seen = 0;
    long counted = 0;
    while (seen < records) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        groups += TrainingEvent.parseFrom(record.value()).getGradientSummary().getCountCount();
        seen++;
      }
      if (counted == 0 && seen >= from) {
        began = System.nanoTime();
        counted = seen;
      }
    }
    return (seen - counted) / ((System.nanoTime() - began) / 1e9);
  }

  /** Columns read so far, so that parsing cannot be left out. */
  long groups() {
    return groups;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
