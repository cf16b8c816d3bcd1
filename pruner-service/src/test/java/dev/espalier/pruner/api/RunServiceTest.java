package dev.espalier.pruner.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.MessageLite;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.kafka.Topics;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Networks;
import dev.espalier.pruning.v1.AnalyzeModelRequest;
import dev.espalier.pruning.v1.GroupCut;
import dev.espalier.pruning.v1.ListPruningsRequest;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.PruningState;
import dev.espalier.pruning.v1.StartPruningRequest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;

/** A run's model, its ranking and its groups. */
@QuarkusTest
@QuarkusTestResource(ServiceResource.class)
class RunServiceTest extends ServiceBase {
  @Test
  void aRunIsPrunedByItsRankingOnceItHasOne() throws IOException {
    OnnxModel model = Networks.autoencoder(16, 12, 12, 3);
    model.write(root.resolve("runs/r-2/model.onnx"));
    service.analyzeModel(
        AnalyzeModelRequest.newBuilder().setModel("runs/r-2/model.onnx").setRunId("r-2").build());
    StartPruningRequest request = run("r-2", 0.3);

    assertError(
        Code.FAILED_PRECONDITION,
        "run_id",
        "RUN_NOT_COMPLETED",
        () -> service.startPruning(request));
    send(Topics.RANKINGS, "r-2", ranking("r-2", model.digest(), 0.9, 0.1));
    await(() -> started(request));
    Pruning last = watch(newestOf("r-2").getPruningId()).getLast();

    assertEquals(PruningState.PRUNING_STATE_COMPLETED, last.getState(), last.getFailure());
    GroupCut important = last.getResult().getGroups(0);
    GroupCut other = last.getResult().getGroups(1);
    assertEquals(0.9, important.getImportance());
    assertTrue(important.getKept() > other.getKept(), last.getResult().getGroupsList().toString());
    JsonNode report =
        new ObjectMapper().readTree(root.resolve(last.getResult().getReport()).toFile());
    assertEquals("log-digest", report.at("/provenance/ranking_log_digest").asText());
  }

  @Test
  void aRunKeepsItsGraph() throws IOException {
    Networks.autoencoder(4, 4, 4, 4).write(root.resolve("runs/r-5/initial.onnx"));
    Networks.autoencoder(4, 5, 4, 4).write(root.resolve("uploads/other.onnx"));
    AnalyzeModelRequest own =
        AnalyzeModelRequest.newBuilder().setModel("runs/r-5/initial.onnx").setRunId("r-5").build();
    DependencyGraph graph = service.analyzeModel(own).getGraph();

    assertError(
        Code.FAILED_PRECONDITION,
        "run_id",
        "RUN_HAS_OTHER_MODEL",
        () -> service.analyzeModel(own.toBuilder().setModel("uploads/other.onnx").build()));

    assertEquals(graph, service.analyzeModel(own).getGraph());
    assertEquals(
        List.of(graph, graph),
        bus.sink("graphs-out").received().stream().map(Message::getPayload).toList());
  }

  @Test
  void aRunWhoseModelIsAnotherFails() throws IOException {
    Networks.autoencoder(4, 4, 4, 4).write(root.resolve("runs/r-3/model.onnx"));
    send(Topics.RANKINGS, "r-3", ranking("r-3", "0".repeat(64), 0.5, 0.5));
    await(() -> started(run("r-3", 0.2)));

    Pruning pruning = newestOf("r-3");
    Pruning last = watch(pruning.getPruningId()).getLast();

    assertEquals(PruningState.PRUNING_STATE_FAILED, last.getState());
    assertTrue(last.getFailure().contains("SHA-256"), last.getFailure());
    assertFalse(Files.exists(root.resolve("prunings/" + pruning.getPruningId())));
  }

  @Test
  void aRunWhoseGroupsAreOthersFails() throws IOException {
    OnnxModel model = Networks.autoencoder(4, 4, 4, 4);
    model.write(root.resolve("runs/r-4/model.onnx"));
    Networks.autoencoder(4, 5, 4, 4).write(root.resolve("runs/r-4/initial.onnx"));
    service.analyzeModel(
        AnalyzeModelRequest.newBuilder().setModel("runs/r-4/initial.onnx").setRunId("r-4").build());
    send(Topics.RANKINGS, "r-4", ranking("r-4", model.digest(), 0.5, 0.5));
    await(() -> started(run("r-4", 0.2)));

    Pruning last = watch(newestOf("r-4").getPruningId()).getLast();

    assertEquals(PruningState.PRUNING_STATE_FAILED, last.getState());
    assertTrue(last.getFailure().contains("group \"encoder.0\""), last.getFailure());
  }

  /** Starts it, or says that the ranking has not been read yet. */
  private boolean started(StartPruningRequest request) {
    try {
      service.startPruning(request);
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private static Ranking ranking(String runId, String digest, double first, double second) {
    return Ranking.newBuilder()
        .setRunId(runId)
        .setModel("runs/" + runId + "/model.onnx")
        .setModelDigest(digest)
        .setLogDigest("log-digest")
        .addGroups(GroupImportance.newBuilder().setGroupId("encoder.0").setImportance(first))
        .addGroups(GroupImportance.newBuilder().setGroupId("encoder.2").setImportance(second))
        .build();
  }

  private Pruning newestOf(String runId) {
    return service.listPrunings(ListPruningsRequest.getDefaultInstance()).getPruningsList().stream()
        .filter(pruning -> pruning.getRunId().equals(runId))
        .findFirst()
        .orElseThrow();
  }

  private void send(String topic, String key, MessageLite value) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(topic, 0, 0, key.getBytes(UTF_8), value.toByteArray());
    bus.<ConsumerRecords<byte[], byte[]>>source("bus-in")
        .send(
            new ConsumerRecords<>(Map.of(new TopicPartition(topic, 0), List.of(record)), Map.of()));
  }
}
