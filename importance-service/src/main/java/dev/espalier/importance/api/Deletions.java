package dev.espalier.importance.api;

import com.google.protobuf.Timestamp;
import com.google.rpc.Code;
import dev.espalier.grpc.Errors;
import dev.espalier.kafka.CloudEvents;
import dev.espalier.training.v1.RunDeleted;
import dev.espalier.training.v1.TrainingEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Writes the deletion of a run into its log; it is done once the fold comes to it. */
@ApplicationScoped
public class Deletions {
  private static final String SOURCE = "/espalier/importance";

  private final MutinyEmitter<TrainingEvent> log;

  Deletions(@Channel("deletions-out") MutinyEmitter<TrainingEvent> log) {
    this.log = log;
  }

  /**
   * @param run a valid run id
   * @return once the broker has the record; fails with UNAVAILABLE where it does not take it
   */
  Uni<Void> publish(String run) {
    Instant now = Instant.now();
    TrainingEvent event =
        TrainingEvent.newBuilder()
            .setRunId(run)
            .setTime(
                Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
            .setRunDeleted(RunDeleted.getDefaultInstance())
            .build();
    OutgoingKafkaRecordMetadata<String> metadata =
        OutgoingKafkaRecordMetadata.<String>builder()
            .withKey(run)
            .withHeaders(CloudEvents.headers(event, SOURCE, UUID.randomUUID().toString()))
            .build();
    return log.sendMessage(Message.of(event).addMetadata(metadata))
        .onFailure()
        .transform(
            e ->
                Errors.error(
                    Code.UNAVAILABLE,
                    "BUS_UNAVAILABLE",
                    Runs.RUN,
                    run,
                    "the broker did not take the deletion, ask again: " + e.getMessage()));
  }
}
