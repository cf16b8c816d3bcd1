package dev.espalier.pruner.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Networks;
import dev.espalier.pruning.v1.Allocation;
import dev.espalier.pruning.v1.AnalyzeModelRequest;
import dev.espalier.pruning.v1.GetPruningRequest;
import dev.espalier.pruning.v1.ModelPruned;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.PruningState;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;

/** A model that comes alone, from its groups to its proof. */
@QuarkusTest
@QuarkusTestResource(ServiceResource.class)
class ServiceTest extends ServiceBase {
  @Test
  void analysisNamesTheGroupsAndPublishesThem() throws IOException {
    OnnxModel model = Networks.autoencoder(6, 5, 4, 1);
    model.write(root.resolve("runs/r-1/initial.onnx"));

    DependencyGraph graph =
        service
            .analyzeModel(
                AnalyzeModelRequest.newBuilder()
                    .setModel("runs/r-1/initial.onnx")
                    .setRunId("r-1")
                    .build())
            .getGraph();

    assertEquals(model.digest(), graph.getModelDigest());
    assertEquals(
        List.of("encoder.0", "encoder.2"),
        graph.getGroupsList().stream().map(dev.espalier.graph.v1.Group::getId).toList());
    assertEquals(List.of("decoder", "encoder"), graph.getGroups(1).getComponentsList());
    assertEquals(5 * (6 + 1 + 4), graph.getGroups(0).getParameters());
    assertEquals(6 * 5 + 5 * 4 + 4 * 6, graph.getMacs());
    Message<?> record = bus.sink("graphs-out").received().getFirst();
    assertEquals(graph, record.getPayload());
    OutgoingKafkaRecordMetadata<?> metadata =
        record.getMetadata(OutgoingKafkaRecordMetadata.class).orElseThrow();
    assertEquals("r-1", metadata.getKey());
    assertEquals(
        "espalier.graph.v1.DependencyGraph",
        new String(metadata.getHeaders().lastHeader("ce_type").value(), UTF_8));
  }

  @Test
  void aModelAloneIsPrunedAndProven() throws IOException {
    Networks.autoencoder(16, 24, 6, 2).write(root.resolve("uploads/alone.onnx"));

    Pruning started = service.startPruning(model("uploads/alone.onnx", 0.4)).getPruning();
    List<Pruning> seen = watch(started.getPruningId());

    Pruning last = seen.getLast();
    assertEquals(PruningState.PRUNING_STATE_COMPLETED, last.getState(), last.getFailure());
    for (int i = 1; i < seen.size(); i++) {
      assertTrue(seen.get(i - 1).getStateValue() < seen.get(i).getStateValue(), seen.toString());
    }
    ModelPruned result = last.getResult();
    byte[] bytes = Files.readAllBytes(root.resolve(result.getPrunedModel()));
    OnnxModel pruned = OnnxModel.parse(bytes);
    assertEquals(result.getPrunedModelDigest(), OnnxModel.digest(bytes));
    assertEquals(result.getAfter().getParameters(), pruned.parameters());
    assertTrue(pruned.parameters() <= 0.6 * result.getBefore().getParameters());
    assertEquals(started.getPruningId(), pruned.metadata().get("espalier.pruning_id"));
    assertTrue(result.getVerification().getMaxRelative() <= 1e-4);
    assertEquals(Allocation.ALLOCATION_GLOBAL, result.getAllocation());
    JsonNode report = new ObjectMapper().readTree(root.resolve(result.getReport()).toFile());
    assertEquals(pruned.parameters(), report.at("/after/parameters").asLong());
    assertTrue(report.at("/groups/0/importance").isNull());
    assertFalse(Files.exists(root.resolve(result.getReport()).resolveSibling("result.pb")));
    assertEquals(result, bus.sink("models-out").received().getFirst().getPayload());
    assertEquals(
        last,
        service
            .getPruning(GetPruningRequest.newBuilder().setPruningId(started.getPruningId()).build())
            .getPruning());
  }
}
