package dev.espalier.pruner.stream;

import com.google.protobuf.Message;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.kafka.CloudEvents;
import dev.espalier.kafka.DeadLetter;
import dev.espalier.kafka.Topics;
import dev.espalier.pruning.v1.ModelPruned;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.jboss.logging.Logger;

/**
 * Writes graphs, results and dead letters to the bus. A record that the bus does not take is
 * logged.
 */
@ApplicationScoped
public class Publisher {
  private static final Logger LOG = Logger.getLogger(Publisher.class);
  private static final String SOURCE = "/espalier/pruner";

  private final MutinyEmitter<DependencyGraph> graphs;
  private final MutinyEmitter<ModelPruned> models;
  private final MutinyEmitter<byte[]> deadLetters;

  Publisher(
      @Channel("graphs-out") MutinyEmitter<DependencyGraph> graphs,
      @Channel("models-out") MutinyEmitter<ModelPruned> models,
      @Channel("dead-letters-out") MutinyEmitter<byte[]> deadLetters) {
    this.graphs = graphs;
    this.models = models;
    this.deadLetters = deadLetters;
  }

  /**
   * Publishes a graph. The record is on its way whether or not anyone waits for the result.
   *
   * @return when the broker has taken it
   */
  public Uni<Void> graph(DependencyGraph graph) {
    String key = graph.getRunId().isEmpty() ? graph.getModelDigest() : graph.getRunId();
    return send(graphs, Topics.GRAPHS, key, graph);
  }

  /**
   * Publishes a result. The record is on its way whether or not anyone waits for it.
   *
   * @return when the broker has taken it
   */
  public Uni<Void> model(ModelPruned result) {
    return send(models, Topics.MODELS, result.getPruningId(), result);
  }

  /**
   * Puts a record aside with the reason why it cannot be used.
   *
   * @return when the broker has taken it
   */
  public Uni<Void> deadLetter(ConsumerRecord<byte[], byte[]> record, String reason) {
    DeadLetter letter = new DeadLetter(record.topic(), record.partition(), record.offset(), reason);
    DeadLetter.Copy copy = letter.copy(record.key(), record.value(), record.headers());
    OutgoingKafkaRecordMetadata<byte[]> metadata =
        OutgoingKafkaRecordMetadata.<byte[]>builder()
            .withTopic(Topics.deadLetters(record.topic()))
            .withKey(copy.key())
            .withHeaders(copy.headers())
            .build();
    byte[] value = copy.value() == null ? new byte[0] : copy.value();
    String what = "dead letter of " + record.topic() + " at " + record.offset();
    return send(deadLetters, message(value, metadata), what);
  }

  private <M extends Message> Uni<Void> send(
      MutinyEmitter<M> emitter, String topic, String key, M payload) {
    OutgoingKafkaRecordMetadata<String> metadata =
        OutgoingKafkaRecordMetadata.<String>builder()
            .withKey(key)
            .withHeaders(CloudEvents.headers(payload, SOURCE, UUID.randomUUID().toString()))
            .build();
    return send(emitter, message(payload, metadata), topic + " key " + key);
  }

  private static <T> org.eclipse.microprofile.reactive.messaging.Message<T> message(
      T payload, OutgoingKafkaRecordMetadata<?> metadata) {
    return org.eclipse.microprofile.reactive.messaging.Message.of(payload).addMetadata(metadata);
  }

  private static <T> Uni<Void> send(
      MutinyEmitter<T> emitter,
      org.eclipse.microprofile.reactive.messaging.Message<T> message,
      String what) {
    return Uni.createFrom()
        .deferred(() -> emitter.sendMessage(message))
        .onFailure()
        .invoke(e -> LOG.errorf("record not taken, %s, reason=%s", what, e.getMessage()));
  }
}
