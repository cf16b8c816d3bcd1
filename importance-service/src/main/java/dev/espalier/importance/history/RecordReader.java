package dev.espalier.importance.history;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads single records whose place is known. Keeps as many consumers as were ever in use at a time.
 * Safe for use by several threads.
 */
public final class RecordReader implements AutoCloseable {
  private static final Duration ONE_POLL = Duration.ofMillis(100);

  private final Supplier<Consumer<byte[], byte[]>> open;
  private final Duration patience;
  private final LongSupplier nanos;
  private final ConcurrentLinkedDeque<Consumer<byte[], byte[]>> idle =
      new ConcurrentLinkedDeque<>();

  /**
   * @param open makes a consumer that has no group and reads what is committed only
   * @param patience the longest time that a read may take
   * @param nanos a clock that only goes forward, in nanoseconds
   */
  public RecordReader(
      Supplier<Consumer<byte[], byte[]>> open, Duration patience, LongSupplier nanos) {
    this.open = open;
    this.patience = patience;
    this.nanos = nanos;
  }

  /**
   * @param key that the record is expected to have
   * @return empty where the place holds no record any more, or that of another key
   * @throws BusUnavailableException where the broker does not answer in time
   */
  public Optional<ConsumerRecord<byte[], byte[]>> read(String topic, Place place, byte[] key) {
    Consumer<byte[], byte[]> consumer = idle.poll();
    try {
      if (consumer == null) {
        consumer = open.get();
      }
      Optional<ConsumerRecord<byte[], byte[]>> found =
          first(consumer, new TopicPartition(topic, place.partition()), place.offset())
              .filter(r -> r.offset() == place.offset() && Arrays.equals(r.key(), key));
      idle.push(consumer);
      return found;
    } catch (KafkaException | IllegalStateException e) {
      if (consumer != null) {
        Consumers.close(consumer);
      }
      throw new BusUnavailableException(
          topic + " could not be read, ask again shortly: " + e.getMessage(), e);
    }
  }

  private Optional<ConsumerRecord<byte[], byte[]>> first(
      Consumer<byte[], byte[]> consumer, TopicPartition partition, long offset) {
    consumer.assign(List.of(partition));
    consumer.seek(partition, offset);
    long started = nanos.getAsLong();
    while (nanos.getAsLong() - started < patience.toNanos()) {
      try {
        List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(ONE_POLL).records(partition);
        if (!records.isEmpty()) {
          return Optional.of(records.getFirst());
        }
      } catch (OffsetOutOfRangeException e) {
        return Optional.empty();
      }
      if (consumer.position(partition) > offset) {
        return Optional.empty();
      }
    }
    throw new KafkaException("no answer within " + patience.toMillis() + " ms");
  }

  @Override
  public void close() {
    for (var consumer = idle.poll(); consumer != null; consumer = idle.poll()) {
      Consumers.close(consumer);
    }
  }
}
