package dev.espalier.pruner.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.MessageLite;
import com.google.rpc.ErrorInfo;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.kafka.DeadLetter;
import dev.espalier.kafka.Topics;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.job.Outbox;
import dev.espalier.pruning.v1.Allocation;
import dev.espalier.pruning.v1.AnalyzeModelRequest;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.GetPruningRequest;
import dev.espalier.pruning.v1.GroupCut;
import dev.espalier.pruning.v1.ListPruningsRequest;
import dev.espalier.pruning.v1.ListPruningsResponse;
import dev.espalier.pruning.v1.ModelPruned;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.PruningServiceGrpc;
import dev.espalier.pruning.v1.PruningServiceGrpc.PruningServiceBlockingStub;
import dev.espalier.pruning.v1.PruningState;
import dev.espalier.pruning.v1.StartPruningRequest;
import dev.espalier.pruning.v1.Target;
import dev.espalier.pruning.v1.WatchPruningRequest;
import dev.espalier.pruning.v1.WatchPruningResponse;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.smallrye.reactive.messaging.memory.InMemoryConnector;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServiceResource.class)
class ServiceTest {
  @TestHTTPResource URI uri;

  @ConfigProperty(name = "espalier.models.root")
  Path root;

  @Inject
  @Connector(InMemoryConnector.CONNECTOR)
  InMemoryConnector bus;

  @Inject Workers workers;

  @Inject Outbox outbox;

  @Inject Results results;

  private ManagedChannel channel;
  private PruningServiceBlockingStub service;

  @BeforeEach
  void connect() {
    channel = ManagedChannelBuilder.forAddress(uri.getHost(), uri.getPort()).usePlaintext().build();
    service = PruningServiceGrpc.newBlockingStub(channel).withDeadlineAfter(120, TimeUnit.SECONDS);
  }

  @AfterEach
  void disconnect() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    bus.sink("graphs-out").clear();
    bus.sink("models-out").clear();
    bus.sink("dead-letters-out").clear();
  }

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

  private boolean outboxIsEmpty() {
    try {
      return outbox.pending().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  @Test
  void aTargetOutOfReachFailsAndSaysHowFarItGoes() throws IOException {
    Networks.autoencoder(16, 4, 4, 5).write(root.resolve("uploads/narrow.onnx"));

    Pruning started = service.startPruning(model("uploads/narrow.onnx", 0.99)).getPruning();
    Pruning last = watch(started.getPruningId()).getLast();

    assertEquals(PruningState.PRUNING_STATE_FAILED, last.getState());
    assertTrue(last.getFailure().contains("at most 0."), last.getFailure());
    assertTrue(bus.sink("models-out").received().isEmpty());
  }

  @Test
  void badRequestsNameTheField() throws IOException {
    Files.createDirectories(root.resolve("uploads"));
    Files.writeString(root.resolve("uploads/text.onnx"), "this is no model");
    try (RandomAccessFile file =
        new RandomAccessFile(root.resolve("uploads/large.onnx").toFile(), "rw")) {
      file.setLength(1_000_001);
    }
    Networks.autoencoder(3, 3, 3, 6).write(root.resolve("uploads/good.onnx"));

    for (double ratio : new double[] {0, 1, -0.5, 7, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertInvalid(
          "target.parameters_share", () -> service.startPruning(model("uploads/good.onnx", ratio)));
    }
    assertInvalid(
        "target.amount",
        () ->
            service.startPruning(
                StartPruningRequest.newBuilder().setModel("uploads/good.onnx").build()));
    assertInvalid(
        "source",
        () -> service.startPruning(StartPruningRequest.newBuilder().setTarget(share(0.5)).build()));
    assertInvalid(
        "allocation",
        () ->
            service.startPruning(
                model("uploads/good.onnx", 0.5).toBuilder()
                    .setAllocation(Allocation.ALLOCATION_IMPORTANCE)
                    .build()));
    assertInvalid(
        "channel_score",
        () ->
            service.startPruning(
                model("uploads/good.onnx", 0.5).toBuilder().setChannelScoreValue(77).build()));
    assertInvalid("run_id", () -> service.startPruning(run("../r", 0.5)));
    for (String name :
        List.of(
            "",
            "../secret.onnx",
            "/etc/passwd",
            "uploads",
            "uploads/text.onnx",
            "a\0b",
            "uploads/large.onnx")) {
      assertInvalid("model", () -> service.startPruning(model(name, 0.5)));
      assertInvalid(
          "model",
          () -> service.analyzeModel(AnalyzeModelRequest.newBuilder().setModel(name).build()));
    }
    assertError(
        Code.NOT_FOUND,
        "model",
        "NOT_KNOWN",
        () -> service.startPruning(model("uploads/nothing.onnx", 0.5)));
    assertError(
        Code.NOT_FOUND, "run_id", "NOT_KNOWN", () -> service.startPruning(run("unknown", 0.5)));
    assertError(
        Code.NOT_FOUND,
        "pruning_id",
        "NOT_KNOWN",
        () -> service.getPruning(GetPruningRequest.newBuilder().setPruningId("p-nothing").build()));
    assertError(
        Code.NOT_FOUND,
        "pruning_id",
        "NOT_KNOWN",
        () ->
            service
                .watchPruning(WatchPruningRequest.newBuilder().setPruningId("p-nothing").build())
                .hasNext());
    assertInvalid(
        "page_size",
        () -> service.listPrunings(ListPruningsRequest.newBuilder().setPageSize(1001).build()));
  }

  @Test
  void oneAtATimeAndNotTooManyWait() throws Exception {
    for (int i = 0; i < 3; i++) {
      Networks.autoencoder(4, 4, 4, i).write(root.resolve("uploads/busy" + i + ".onnx"));
    }
    CountDownLatch release = new CountDownLatch(1);
    for (int i = 0; i < 2; i++) {
      workers.prunings().execute(() -> awaitLatch(release));
    }

    String first =
        service.startPruning(model("uploads/busy0.onnx", 0.2)).getPruning().getPruningId();
    assertError(
        Code.FAILED_PRECONDITION,
        "model",
        "PRUNING_IN_PROGRESS",
        () -> service.startPruning(model("uploads/../uploads/busy0.onnx", 0.2)));
    String second =
        service.startPruning(model("uploads/busy1.onnx", 0.2)).getPruning().getPruningId();
    assertError(
        Code.RESOURCE_EXHAUSTED,
        "model",
        "TOO_MANY_PRUNINGS",
        () -> service.startPruning(model("uploads/busy2.onnx", 0.2)));
    release.countDown();

    assertEquals(PruningState.PRUNING_STATE_COMPLETED, watch(first).getLast().getState());
    assertEquals(PruningState.PRUNING_STATE_COMPLETED, watch(second).getLast().getState());
    service.startPruning(model("uploads/busy2.onnx", 0.2));
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

  private Pruning newestOf(String runId) {
    return service.listPrunings(ListPruningsRequest.getDefaultInstance()).getPruningsList().stream()
        .filter(pruning -> pruning.getRunId().equals(runId))
        .findFirst()
        .orElseThrow();
  }

  private List<Pruning> watch(String id) {
    List<Pruning> seen = new ArrayList<>();
    service
        .watchPruning(WatchPruningRequest.newBuilder().setPruningId(id).build())
        .forEachRemaining((WatchPruningResponse response) -> seen.add(response.getPruning()));
    return seen;
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

  private void send(String topic, String key, MessageLite value) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(topic, 0, 0, key.getBytes(UTF_8), value.toByteArray());
    bus.<ConsumerRecords<byte[], byte[]>>source("bus-in")
        .send(
            new ConsumerRecords<>(Map.of(new TopicPartition(topic, 0), List.of(record)), Map.of()));
  }

  private static StartPruningRequest model(String model, double share) {
    return StartPruningRequest.newBuilder()
        .setModel(model)
        .setTarget(share(share))
        .setChannelScore(ChannelScore.CHANNEL_SCORE_L1)
        .build();
  }

  private static StartPruningRequest run(String runId, double share) {
    return StartPruningRequest.newBuilder().setRunId(runId).setTarget(share(share)).build();
  }

  private static Target share(double share) {
    return Target.newBuilder().setParametersShare(share).build();
  }

  private static void assertInvalid(String field, Runnable call) {
    assertError(Code.INVALID_ARGUMENT, field, "INVALID_FIELD", call);
  }

  private static void assertError(Code code, String field, String reason, Runnable call) {
    StatusRuntimeException error = assertThrows(StatusRuntimeException.class, call::run);
    assertEquals(code, error.getStatus().getCode(), error.getMessage());
    ErrorInfo info =
        StatusProto.fromThrowable(error).getDetailsList().stream()
            .map(any -> unpack(any))
            .findFirst()
            .orElseThrow();
    assertEquals(reason, info.getReason());
    assertEquals(field, info.getMetadataOrThrow("field"), error.getMessage());
    assertFalse(info.getMetadataOrThrow("remedy").isEmpty());
  }

  private static ErrorInfo unpack(com.google.protobuf.Any any) {
    try {
      return any.unpack(ErrorInfo.class);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited for 60 s");
      Thread.onSpinWait();
    }
  }
}
