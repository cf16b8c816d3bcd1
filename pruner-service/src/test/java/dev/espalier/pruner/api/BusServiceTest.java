package dev.espalier.pruner.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.kafka.DeadLetter;
import dev.espalier.kafka.Topics;
import dev.espalier.pruner.job.Outbox;
import dev.espalier.pruning.v1.Allocation;
import dev.espalier.pruning.v1.ListPruningsRequest;
import dev.espalier.pruning.v1.ListPruningsResponse;
import dev.espalier.pruning.v1.ModelPruned;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What the bus brings and takes. */
@QuarkusTest
@QuarkusTestResource(ServiceResource.class)
class BusServiceTest extends ServiceBase {
  @Inject Outbox outbox;

  @Inject Results results;

  @Test
  void aResultThatTheBusDidNotTakeIsPublishedAtTheNextStart() throws IOException {
    ModelPruned result =
        ModelPruned.newBuilder().setPruningId("p-20200101-000000-aaaa").setModel("m.onnx").build();
    outbox.put(result);

    results.publishPending();

    await(() -> !bus.sink("models-out").received().isEmpty());
    assertEquals(result, bus.sink("models-out").received().getFirst().getPayload());
    assertTrue(allPrunings().contains(result.getPruningId()));
    await(() -> outboxIsEmpty());
  }

  @Test
  void whatCannotBeReadGoesAsideAndTheStreamGoesOn() {
    byte[] garbage = {1, 2, 3, -1, -2};
    ConsumerRecord<byte[], byte[]> bad =
        new ConsumerRecord<>(Topics.MODELS, 0, 41, "p-bad".getBytes(UTF_8), garbage);
    ModelPruned.Builder result =
        ModelPruned.newBuilder().setModel("m.onnx").setAllocation(Allocation.ALLOCATION_GLOBAL);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(List.of(bad));
    for (int i = 0; i < 5; i++) {
      String id = "p-19990101-00000" + i + "-0000";
      records.add(
          new ConsumerRecord<>(
              Topics.MODELS,
              0,
              42 + i,
              id.getBytes(UTF_8),
              result.setPruningId(id).build().toByteArray()));
    }

    ConsumerRecords<byte[], byte[]> batch =
        new ConsumerRecords<>(Map.of(new TopicPartition(Topics.MODELS, 0), records), Map.of());
    bus.<ConsumerRecords<byte[], byte[]>>source("bus-in").send(batch);
    bus.<ConsumerRecords<byte[], byte[]>>source("guard-in").send(batch);
    await(() -> allPrunings().contains("p-19990101-000004-0000"));
    await(() -> !bus.sink("dead-letters-out").received().isEmpty());

    OutgoingKafkaRecordMetadata<?> metadata =
        bus.sink("dead-letters-out")
            .received()
            .getFirst()
            .getMetadata(OutgoingKafkaRecordMetadata.class)
            .orElseThrow();
    assertEquals(Topics.deadLetters(Topics.MODELS), metadata.getTopic());
    assertEquals(
        "41", new String(metadata.getHeaders().lastHeader(DeadLetter.OFFSET).value(), UTF_8));
    assertTrue(
        new String(metadata.getHeaders().lastHeader(DeadLetter.REASON).value(), UTF_8)
            .contains("protobuf"));
    List<String> all = allPrunings();
    assertEquals(all.stream().sorted((a, b) -> b.compareTo(a)).toList(), all);
    assertTrue(
        all.indexOf("p-19990101-000004-0000") < all.indexOf("p-19990101-000000-0000"),
        all.toString());
  }

  private List<String> allPrunings() {
    List<String> ids = new ArrayList<>();
    String token = "";
    do {
      ListPruningsResponse page =
          service.listPrunings(
              ListPruningsRequest.newBuilder().setPageSize(2).setPageToken(token).build());
      page.getPruningsList().forEach(pruning -> ids.add(pruning.getPruningId()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return ids;
  }

  private boolean outboxIsEmpty() {
    try {
      return outbox.pending().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
