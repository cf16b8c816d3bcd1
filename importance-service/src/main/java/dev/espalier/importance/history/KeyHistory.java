package dev.espalier.importance.history;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * All records of one key that a topic still holds, the oldest first. Only the partition is read
 * that the producers' default partitioner (murmur2) gives the key: what was written while the topic
 * had another number of partitions is not found. For one thread at a time.
 */
public final class KeyHistory implements AutoCloseable {
  private static final Duration ONE_POLL = Duration.ofMillis(100);

  private final Supplier<Consumer<byte[], byte[]>> open;
  private final String topic;
  private final byte[] key;
  private Consumer<byte[], byte[]> consumer;
  private TopicPartition partition;

  /**
   * @param open makes a consumer that has no group and reads what is committed only
   */
  public KeyHistory(Supplier<Consumer<byte[], byte[]>> open, String topic, byte[] key) {
    this.open = open;
    this.topic = topic;
    this.key = key.clone();
  }

  /**
   * The next few, possibly none: waits 100 ms at most once the broker has answered.
   *
   * @throws BusUnavailableException where the broker does not answer in time
   */
  public List<ConsumerRecord<byte[], byte[]>> next() {
    return asked(
        () ->
            StreamSupport.stream(reader().poll(ONE_POLL).spliterator(), false)
                .filter(record -> Arrays.equals(record.key(), key))
                .toList());
  }

  /**
   * Whether all was read that is committed now.
   *
   * @throws BusUnavailableException where the broker does not answer in time
   */
  public boolean isAtEnd() {
    return asked(
        () -> {
          long end = reader().endOffsets(List.of(partition)).get(partition);
          return consumer.position(partition) >= end;
        });
  }

  @Override
  public void close() {
    if (consumer != null) {
      Consumers.close(consumer);
    }
  }

  private Consumer<byte[], byte[]> reader() {
    if (consumer == null) {
      consumer = open.get();
    }
    if (partition == null) {
      int partitions = consumer.partitionsFor(topic).size();
      if (partitions == 0) {
        throw new KafkaException("there is no such topic");
      }
      TopicPartition own =
          new TopicPartition(topic, BuiltInPartitioner.partitionForKey(key, partitions));
      consumer.assign(List.of(own));
      consumer.seekToBeginning(List.of(own));
      partition = own;
    }
    return consumer;
  }

  private <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (KafkaException | IllegalStateException e) {
      throw new BusUnavailableException(
          topic + " could not be read, ask again shortly: " + e.getMessage(), e);
    }
  }
}
