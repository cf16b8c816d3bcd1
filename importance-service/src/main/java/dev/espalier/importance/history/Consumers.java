package dev.espalier.importance.history;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Consumers without a group, for committed records only. */
public final class Consumers {
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);

  private Consumers() {}

  /**
   * For records at known places, one batch at a time.
   *
   * @param client how to reach the broker
   * @param patience the longest time that a call may take
   */
  public static Consumer<byte[], byte[]> ofRecords(Map<String, Object> client, Duration patience) {
    return open(client, patience, "none", 1, 1);
  }

  /**
   * For whole topics, a few records at a time.
   *
   * @param client how to reach the broker
   * @param patience the longest time that a call may take
   */
  public static Consumer<byte[], byte[]> ofTopics(Map<String, Object> client, Duration patience) {
    return open(client, patience, "earliest", 64, 1 << 20);
  }

  /** Closes a consumer, broken or not. */
  static void close(Consumer<byte[], byte[]> consumer) {
    consumer.close(CloseOptions.timeout(LONGEST_CLOSE));
  }

  private static Consumer<byte[], byte[]> open(
      Map<String, Object> client, Duration patience, String reset, int records, int bytes) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.keySet().removeIf(key -> !ConsumerConfig.configNames().contains(key));
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    int millis = Math.toIntExact(patience.toMillis());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reset);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, records);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, bytes);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, bytes);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
