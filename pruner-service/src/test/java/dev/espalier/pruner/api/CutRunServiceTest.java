package dev.espalier.pruner.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.graph.v1.Slice;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.RunPhase;
import dev.espalier.kafka.Topics;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Networks;
import dev.espalier.pruning.v1.Allocation;
import dev.espalier.pruning.v1.AnalyzeModelRequest;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.Constraints;
import dev.espalier.pruning.v1.CutRunRequest;
import dev.espalier.pruning.v1.CutRunResponse;
import dev.espalier.pruning.v1.KeptIndices;
import dev.espalier.pruning.v1.ListPruningsRequest;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.PruningState;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;

/** Cuts of runs that train. */
@QuarkusTest
@QuarkusTestResource(ServiceResource.class)
class CutRunServiceTest extends ServiceBase {
  /** The run's groups under ids of its own, the last first. */
  private DependencyGraph graph(String run, OnnxModel model) throws IOException {
    model.write(root.resolve("runs/" + run + "/model.onnx"));
    DependencyGraph found =
        service
            .analyzeModel(
                AnalyzeModelRequest.newBuilder()
                    .setModel("runs/" + run + "/model.onnx")
                    .setRunId(run)
                    .build())
            .getGraph();
    DependencyGraph.Builder own = found.toBuilder().clearGroups();
    for (int g = found.getGroupsCount() - 1; g >= 0; g--) {
      own.addGroups(found.getGroups(g).toBuilder().setId("own." + g));
    }
    return own.build();
  }

  private static CutRunRequest request(String run, DependencyGraph graph, double share) {
    return CutRunRequest.newBuilder()
        .setRunId(run)
        .setModel("runs/" + run + "/model.onnx")
        .setAfterEpochs(2)
        .setGraph(graph)
        .setTarget(share(share))
        .build();
  }

  private static List<GroupImportance> importance(double first, double second) {
    return List.of(
        GroupImportance.newBuilder().setGroupId("own.0").setImportance(first).build(),
        GroupImportance.newBuilder().setGroupId("own.1").setImportance(second).build());
  }

  private void snapshot(String run, int epochs) {
    send(
        Topics.SNAPSHOTS,
        run,
        ImportanceSnapshot.newBuilder()
            .setRunId(run)
            .setEpochsCompleted(epochs)
            .setPhase(RunPhase.RUN_PHASE_TRAINING)
            .addAllGroups(importance(0.9, 0.1))
            .build());
  }

  @Test
  void aRunIsCutTwiceByItsImportanceAndPrunedAtItsEnd() throws IOException {
    OnnxModel model = Networks.autoencoder(16, 12, 12, 5);
    DependencyGraph graph = graph("c-1", model);
    assertEquals(2, graph.getGroupsCount());
    snapshot("c-1", 2);

    CutRunResponse first = service.cutRun(request("c-1", graph, 0.3));
    OnnxModel smaller = check(graph, model, first);
    assertTrue(smaller.parameters() <= 0.7 * model.parameters());
    Group important = first.getGraph().getGroups(1);
    assertEquals("own.0", important.getId());
    assertTrue(important.getUnits() > first.getGraph().getGroups(0).getUnits());

    smaller.write(root.resolve("runs/c-1/model.onnx"));
    CutRunRequest again =
        request("c-1", first.getGraph(), 0.3).toBuilder()
            .setAllocation(Allocation.ALLOCATION_UNIFORM)
            .setConstraints(Constraints.newBuilder().addProtectedGroups("own.1"))
            .build();
    CutRunResponse second = service.cutRun(again);
    OnnxModel smallest = check(first.getGraph(), smaller, second);
    assertEquals("own.1", second.getGraph().getGroups(0).getId());
    assertEquals(ByteString.EMPTY, second.getKeptUnits(0), "protected");

    smallest.write(root.resolve("runs/c-1/final.onnx"));
    send(
        Topics.RANKINGS,
        "c-1",
        Ranking.newBuilder()
            .setRunId("c-1")
            .setModel("runs/c-1/final.onnx")
            .setModelDigest(smallest.digest())
            .addAllGroups(importance(0.1, 0.9))
            .build());
    await(() -> started());
    Pruning last =
        watch(
                service
                    .listPrunings(ListPruningsRequest.getDefaultInstance())
                    .getPrunings(0)
                    .getPruningId())
            .getLast();
    assertEquals(PruningState.PRUNING_STATE_COMPLETED, last.getState(), last.getFailure());
    assertEquals("own.1", last.getResult().getGroups(0).getGroupId());
    assertEquals(0.1, last.getResult().getGroups(1).getImportance());
  }

  private boolean started() {
    try {
      service.startPruning(run("c-1", 0.1));
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /** All of the response, against the two models. */
  private OnnxModel check(DependencyGraph before, OnnxModel large, CutRunResponse cut)
      throws IOException {
    byte[] bytes = Files.readAllBytes(root.resolve(cut.getResult().getPrunedModel()));
    OnnxModel small = OnnxModel.parse(bytes);
    assertEquals(cut.getResult().getPrunedModelDigest(), OnnxModel.digest(bytes));
    assertEquals(cut.getResult().getPrunedModelDigest(), cut.getGraph().getModelDigest());
    assertEquals(cut.getResult().getPrunedModel(), cut.getGraph().getModel());
    assertEquals(before.getRunId(), cut.getGraph().getRunId());
    assertTrue(cut.getResult().getVerification().getExact());
    assertEquals(small.parameters(), cut.getGraph().getParameters());
    for (KeptIndices kept : cut.getKeptList()) {
      assertEquals(
          kept.getIndexCount(),
          small.initializers().get(kept.getInitializer()).dims()[kept.getAxis()]);
    }
    small
        .initializers()
        .forEach(
            (name, tensor) -> {
              Map<Integer, int[]> axes = new TreeMap<>();
              cut.getKeptList().stream()
                  .filter(kept -> kept.getInitializer().equals(name))
                  .forEach(
                      kept ->
                          axes.put(
                              kept.getAxis(),
                              kept.getIndexList().stream().mapToInt(i -> i).toArray()));
              assertEquals(
                  large.initializers().get(name).select(axes).toProto(), tensor.toProto(), name);
            });
    assertEquals(before.getGroupsCount(), cut.getKeptUnitsCount());
    for (int g = 0; g < before.getGroupsCount(); g++) {
      Group old = before.getGroups(g);
      Group now = cut.getGraph().getGroups(g);
      assertEquals(old.getId(), now.getId());
      assertEquals(old.getComponentsList(), now.getComponentsList());
      List<Integer> stay = stay(cut.getKeptUnits(g), old.getUnits());
      assertEquals(stay.size(), now.getUnits());
      Slice was = old.getSlices(0);
      Slice is = now.getSlices(0);
      for (int u = 0; u < stay.size(); u++) {
        assertEquals(
            was.getIndex(stay.get(u)), places(cut, was).get(is.getIndex(u)), "unit by unit");
      }
    }
    assertTrue(
        bus.sink("graphs-out").received().stream()
            .map(Message::getPayload)
            .anyMatch(cut.getGraph()::equals));
    assertTrue(
        bus.sink("models-out").received().stream()
            .map(Message::getPayload)
            .anyMatch(cut.getResult()::equals));
    return small;
  }

  private static List<Integer> places(CutRunResponse cut, Slice slice) {
    return cut.getKeptList().stream()
        .filter(
            kept ->
                kept.getInitializer().equals(slice.getInitializer())
                    && kept.getAxis() == slice.getAxis())
        .map(KeptIndices::getIndexList)
        .findFirst()
        .orElse(IntStream.range(0, 1000).boxed().toList());
  }

  private static List<Integer> stay(ByteString bits, int units) {
    List<Integer> stay = new ArrayList<>();
    for (int u = 0; u < units; u++) {
      if (bits.isEmpty() || (bits.byteAt(u / 8) >> u % 8 & 1) == 1) {
        stay.add(u);
      }
    }
    return stay;
  }

  @Test
  void importanceThatIsNotThereIsWaitedForWithinABound() throws IOException {
    DependencyGraph graph = graph("c-2", Networks.autoencoder(8, 6, 6, 3));
    CutRunRequest request = request("c-2", graph, 0.2);
    snapshot("c-2", 1);
    String message =
        assertError(
            Code.FAILED_PRECONDITION,
            "after_epochs",
            "IMPORTANCE_NOT_THERE",
            () -> service.cutRun(request));
    assertTrue(message.contains("PT0.3S"), message);
    service.cutRun(request.toBuilder().setAllocation(Allocation.ALLOCATION_GLOBAL).build());
  }

  @Test
  void requestsThatCannotBeServedAreNamed() throws IOException {
    DependencyGraph graph = graph("c-3", Networks.autoencoder(8, 6, 6, 3));
    snapshot("c-3", 2);
    CutRunRequest good = request("c-3", graph, 0.2);
    assertInvalid("run_id", () -> service.cutRun(good.toBuilder().setRunId("A B").build()));
    assertInvalid("model", () -> service.cutRun(good.toBuilder().clearModel().build()));
    assertInvalid("after_epochs", () -> service.cutRun(good.toBuilder().setAfterEpochs(0).build()));
    assertInvalid("graph.groups", () -> service.cutRun(good.toBuilder().clearGraph().build()));
    assertInvalid(
        "graph",
        () ->
            service.cutRun(
                good.toBuilder()
                    .setGraph(graph.toBuilder().addGroups(graph.getGroups(0)))
                    .build()));
    assertInvalid("target.amount", () -> service.cutRun(good.toBuilder().clearTarget().build()));
    assertInvalid(
        "calibration",
        () ->
            service.cutRun(
                good.toBuilder().setChannelScore(ChannelScore.CHANNEL_SCORE_ACTIVATION).build()));
    assertInvalid("target", () -> service.cutRun(request("c-3", graph, 0.999)));
    DependencyGraph foreign = graph("c-4", Networks.autoencoder(8, 7, 6, 3));
    String other =
        assertInvalid("model", () -> service.cutRun(good.toBuilder().setGraph(foreign).build()));
    assertTrue(other.contains("group \"own.1\""), other);
    assertError(
        Code.NOT_FOUND,
        "model",
        "NOT_KNOWN",
        () -> service.cutRun(good.toBuilder().setModel("runs/none.onnx").build()));
  }

  @Test
  void graphsOfLargeModelsAreTaken() throws IOException {
    DependencyGraph graph = graph("c-5", Networks.autoencoder(8, 6, 6, 3));
    Group.Builder group =
        graph.getGroups(0).toBuilder().setId("many").setUnits(1 << 20).clearSlices();
    Slice.Builder slice = graph.getGroups(0).getSlices(0).toBuilder().clearIndex();
    IntStream.range(0, 1 << 20).forEach(slice::addIndex);
    CutRunRequest request =
        request("c-5", graph.toBuilder().addGroups(group.addSlices(slice)).build(), 0.2).toBuilder()
            .setAllocation(Allocation.ALLOCATION_UNIFORM)
            .build();
    assertTrue(request.getSerializedSize() > 2 << 20);
    String message = assertInvalid("model", () -> service.cutRun(request));
    assertTrue(message.contains("group \"many\""), message);
  }

  private void send(String topic, String key, MessageLite value) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(topic, 0, 0, key.getBytes(UTF_8), value.toByteArray());
    bus.<ConsumerRecords<byte[], byte[]>>source("bus-in")
        .send(
            new ConsumerRecords<>(Map.of(new TopicPartition(topic, 0), List.of(record)), Map.of()));
  }
}
