package dev.espalier.trainer.listener;

import dev.espalier.kafka.Topics;
import dev.espalier.kafka.TrainingEventSerializer;
import dev.espalier.trainer.stream.EventSender;
import dev.espalier.training.v1.TrainingEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A plain producer, idempotent: a broker that is away is waited for, in order, without end; what
 * bounds it is the buffer before it.
 */
final class ProducerTransport implements EventSender.Transport, AutoCloseable {
  private static final String LONGEST_BACKOFF_MILLIS = "1000";

  private final Producer<String, TrainingEvent> producer;

  /**
   * @param configuration of the producer, such as where the broker is; its own settings come first
   */
  ProducerTransport(Map<String, Object> configuration) {
    Map<String, Object> all = new HashMap<>();
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
    all.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, LONGEST_BACKOFF_MILLIS);
    all.putAll(configuration);
    producer = new KafkaProducer<>(all, new StringSerializer(), new TrainingEventSerializer());
  }

  @Override
  public CompletionStage<?> send(TrainingEvent event, Headers headers) {
    CompletableFuture<Void> taken = new CompletableFuture<>();
    producer.send(
        new ProducerRecord<>(Topics.TRAINING, null, event.getRunId(), event, headers),
        (metadata, problem) -> {
          if (problem == null) {
            taken.complete(null);
          } else {
            taken.completeExceptionally(problem);
          }
        });
    return taken;
  }

  /** Lets go of the producer at once; what should leave has left before. */
  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
