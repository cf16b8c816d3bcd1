package dev.espalier.local.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.local.suite.SuiteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads committed records from the beginning of a partition to where it ended when the reading
 * began. Holds one fetch in memory, however long the log.
 */
public final class RecordReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String servers;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /**
   * @param servers the broker
   */
  public RecordReader(String servers) {
    this.servers = servers;
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  /**
   * The records of one key, the oldest first: those of the partition that the key belongs to, or,
   * where a producer partitions otherwise, of the first that has any.
   *
   * @param each is shown a record and says whether to go on
   * @return whether there was any
   * @throws SuiteException where the broker does not answer
   */
  public boolean read(String topic, String key, Predicate<ConsumerRecord<byte[], byte[]>> each) {
    for (TopicPartition partition : partitions(topic, key)) {
      if (read(partition, key::equals, each)) {
        return true;
      }
    }
    return false;
  }

  /** The records of all partitions whose key begins so, the oldest of a partition first. */
  void readPrefix(String topic, String prefix, Predicate<ConsumerRecord<byte[], byte[]>> each) {
    for (TopicPartition partition : partitions(topic, prefix)) {
      read(partition, key -> key.startsWith(prefix), each);
    }
  }

  /** The newest record of a key; empty where there is none or it is a tombstone. */
  Optional<ConsumerRecord<byte[], byte[]>> newest(String topic, String key) {
    AtomicReference<ConsumerRecord<byte[], byte[]>> newest = new AtomicReference<>();
    read(
        topic,
        key,
        record -> {
          newest.set(record);
          return true;
        });
    return Optional.ofNullable(newest.get()).filter(record -> record.value() != null);
  }

  /** One record again; empty where it is gone by now. */
  Optional<ConsumerRecord<byte[], byte[]>> at(Place place) {
    TopicPartition partition = new TopicPartition(place.topic(), place.partition());
    consumer.assign(List.of(partition));
    consumer.seek(partition, place.offset());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        return Optional.of(record).filter(found -> found.offset() == place.offset());
      }
    }
    return Optional.empty();
  }

  private boolean read(
      TopicPartition partition,
      Predicate<String> keys,
      Predicate<ConsumerRecord<byte[], byte[]>> each) {
    List<TopicPartition> one = List.of(partition);
    consumer.assign(one);
    consumer.seekToBeginning(one);
    long end = consumer.endOffsets(one).get(partition);
    boolean any = false;
    long position = consumer.position(partition);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (position < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < end
            && record.key() != null
            && keys.test(new String(record.key(), UTF_8))) {
          any = true;
          if (!each.test(record)) {
            return true;
          }
        }
      }
      long next = consumer.position(partition);
      if (next > position) {
        deadline = System.nanoTime() + PATIENCE.toNanos();
      } else if (System.nanoTime() > deadline) {
        throw new SuiteException("the broker at " + servers + " does not answer");
      }
      position = next;
    }
    return any;
  }

  private List<TopicPartition> partitions(String topic, String key) {
    List<PartitionInfo> known = consumer.partitionsFor(topic);
    int own = BuiltInPartitioner.partitionForKey(key.getBytes(UTF_8), known.size());
    List<TopicPartition> partitions = new ArrayList<>();
    partitions.add(new TopicPartition(topic, own));
    for (PartitionInfo partition : known) {
      if (partition.partition() != own) {
        partitions.add(new TopicPartition(topic, partition.partition()));
      }
    }
    return partitions;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
