package dev.espalier.it.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.it.crash.Recording.Entry;
import dev.espalier.kafka.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends entries at a steady pace, through whatever happens to the broker. It goes no further than
 * it is let, so that a slow machine finds it at work as a fast one does.
 */
final class Feed implements AutoCloseable {
  private static final Map<String, Object> PATIENT =
      Map.of(
          "enable.idempotence",
          true,
          "acks",
          "all",
          "retries",
          Integer.MAX_VALUE,
          "delivery.timeout.ms",
          Integer.MAX_VALUE,
          "max.block.ms",
          60_000L,
          "request.timeout.ms",
          5_000,
          "reconnect.backoff.max.ms",
          500L);

  private static final long IDLE = Duration.ofMillis(5).toNanos();

  private final KafkaProducer<byte[], byte[]> producer;
  private final CompletableFuture<List<Future<RecordMetadata>>> sending = new CompletableFuture<>();
  private final List<Entry> entries;
  private volatile long pauseNanos;
  private volatile int allowed;

  /**
   * Begins to send what {@link #allow} lets it.
   *
   * @param pause between two entries
   */
  Feed(String servers, List<Entry> entries, Duration pause) {
    Map<String, Object> settings = new HashMap<>(PATIENT);
    settings.put("bootstrap.servers", servers);
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    pauseNanos = pause.toNanos();
    this.entries = entries;
    Thread.ofVirtual().start(() -> sending.completeAsync(this::send, Runnable::run));
  }

  /** Lets it send up to a share of the entries. */
  void allow(double share) {
    allowed = (int) Math.round(share * entries.size());
  }

  private List<Future<RecordMetadata>> send() {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    while (sent.size() < entries.size()) {
      LockSupport.parkNanos(Math.max(pauseNanos, sent.size() < allowed ? 0 : IDLE));
      if (sent.size() >= allowed) {
        continue;
      }
      Entry entry = entries.get(sent.size());
      byte[] key = entry.key() == null ? null : entry.key().getBytes(UTF_8);
      Integer partition = key == null ? 0 : null;
      sent.add(producer.send(new ProducerRecord<>(Topics.TRAINING, partition, key, entry.value())));
    }
    return sent;
  }

  /** Sends the rest without pauses and waits until the broker has taken all. */
  void finish(Duration limit) {
    pauseNanos = 0;
    allow(1);
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      for (Future<RecordMetadata> record : sending.get(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        record.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the log was not sent in " + limit, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
