package dev.espalier.trainer.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.run.RunRegistry;
import dev.espalier.trainer.run.RunTraces;
import dev.espalier.trainer.task.Autoencoder;
import dev.espalier.training.v1.AutoencoderSettings;
import dev.espalier.training.v1.GetRunRequest;
import dev.espalier.training.v1.ListRunsRequest;
import dev.espalier.training.v1.ListRunsResponse;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.RunState;
import dev.espalier.training.v1.StartRunRequest;
import dev.espalier.training.v1.StopRunRequest;
import dev.espalier.training.v1.TrainingServiceGrpc;
import dev.espalier.training.v1.WatchRunRequest;
import dev.espalier.training.v1.WatchRunResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The service with no broker, no pruner and no importance service. */
@QuarkusTest
@TestProfile(TrainingApiTest.Alone.class)
@Timeout(120)
class TrainingApiTest {
  /** Nothing listens on the discard port. */
  public static class Alone implements QuarkusTestProfile {
    private static final String MODELS = "target/test-models/" + UUID.randomUUID();

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "kafka.bootstrap.servers", "127.0.0.1:9",
          "quarkus.grpc.clients.pruner.test-port", "9",
          "quarkus.grpc.clients.importance.test-port", "9",
          "espalier.models.root", MODELS,
          "espalier.trainer.groups-wait", "100ms",
          "espalier.trainer.coefficients-wait", "100ms",
          "espalier.trainer.shutdown-wait", "100ms");
    }
  }

  @TestHTTPResource URL address;

  private ManagedChannel channel;
  private TrainingServiceGrpc.TrainingServiceBlockingStub training;

  @ConfigProperty(name = "espalier.models.root")
  Path models;

  @Inject RunTraces traces;

  @TempDir private Path folder;

  @BeforeEach
  void connect() {
    channel =
        NettyChannelBuilder.forAddress(address.getHost(), address.getPort()).usePlaintext().build();
    training = TrainingServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  @Test
  void aRunTrainsToItsEndAllAlone() {
    Run started = training.startRun(request("alone", 2).build()).getRun();
    assertEquals(RunState.RUN_STATE_PREPARING, started.getState());

    List<Run> seen = watch("alone");

    Run last = seen.getLast();
    assertEquals(RunState.RUN_STATE_COMPLETED, last.getState(), last.toString());
    assertEquals(2, last.getEpochsCompleted());
    assertEquals(2L * last.getBatchesPerEpoch(), last.getBatchesCompleted());
    assertTrue(last.getValidationLoss() < last.getInitialValidationLoss());
    assertTrue(Files.exists(models.resolve(last.getModel())), last.getModel());
    assertEquals(last.getBatchesCompleted(), last.getDroppedSummaries());
    assertTrue(last.getWarnings(0).contains("pruner"), last.getWarnings(0));
    assertEquals(List.of(last), watch("alone"), "an ended run is told once");
    assertEquals(last, training.getRun(get("alone")).getRun());
  }

  @Test
  void nothingIsTracedUnlessAsked() {
    assertSame(RunTraces.NONE, traces);
  }

  @Test
  void aRunIsStopped() {
    training.startRun(request("endless", 10_000).build());

    training.stopRun(StopRunRequest.newBuilder().setRunId("endless").build());
    training.stopRun(StopRunRequest.newBuilder().setRunId("endless").build());

    assertEquals(RunState.RUN_STATE_STOPPED, watch("endless").getLast().getState());
  }

  @Test
  void runsAreListedPageByPage() {
    for (int i = 0; i < 3; i++) {
      training.startRun(request("page-" + i, 1).build());
      watch("page-" + i);
    }
    List<String> ids = new ArrayList<>();
    String token = "";
    do {
      ListRunsResponse page =
          training.listRuns(
              ListRunsRequest.newBuilder().setPageSize(2).setPageToken(token).build());
      page.getRunsList().forEach(run -> ids.add(run.getRunId()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());

    assertEquals(ids.stream().distinct().count(), ids.size());
    List<String> pages = ids.stream().filter(id -> id.startsWith("page-")).toList();
    assertEquals(List.of("page-2", "page-1", "page-0"), pages);
  }

  @Test
  void badRequestsAreRefusedWithTheFieldAndNothingElseIsDisturbed() throws IOException {
    Files.write(folder.resolve("t10k-images-idx3-ubyte"), new byte[] {0, 0, 8, 3, 0, 0});
    Files.createDirectories(models);
    Files.write(models.resolve("broken.onnx"), new byte[] {1, 2, 3});
    new Autoencoder(4).freshModel(1).write(models.resolve("good.onnx"));

    assertRefused(Status.Code.INVALID_ARGUMENT, "task", start(request("x", 1).setTask("none")));
    assertRefused(Status.Code.INVALID_ARGUMENT, "data", start(data("/does/not/exist")));
    assertRefused(Status.Code.INVALID_ARGUMENT, "data", start(data(folder.toString())));
    assertRefused(Status.Code.INVALID_ARGUMENT, "model", start(model("none.onnx")));
    assertRefused(Status.Code.INVALID_ARGUMENT, "model", start(model("../../etc/passwd")));
    assertRefused(Status.Code.INVALID_ARGUMENT, "model", start(model("broken.onnx")));
    assertRefused(Status.Code.NOT_FOUND, "run_id", () -> training.getRun(get("nobody")));
    assertRefused(
        Status.Code.NOT_FOUND,
        "run_id",
        () -> training.stopRun(StopRunRequest.newBuilder().setRunId("nobody").build()));
    assertRefused(Status.Code.NOT_FOUND, "run_id", () -> watch("nobody"));
    assertRefused(Status.Code.INVALID_ARGUMENT, "run_id", () -> training.getRun(get("")));
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        "page_size",
        () -> training.listRuns(ListRunsRequest.newBuilder().setPageSize(-1).build()));
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        "page_token",
        () -> training.listRuns(ListRunsRequest.newBuilder().setPageToken("z").build()));

    training.startRun(
        StartRunRequest.newBuilder()
            .setTask("autoencoder")
            .setRunId("after")
            .setModel("good.onnx")
            .setEpochs(1)
            .build());
    assertEquals(RunState.RUN_STATE_COMPLETED, watch("after").getLast().getState());
    assertRefused(Status.Code.ALREADY_EXISTS, "run_id", start(request("after", 1)));
    assertEquals(
        4,
        OnnxModel.read(models.resolve("runs/after/model.onnx"))
            .initializers()
            .get("encoder.4.bias")
            .size());
  }

  @Test
  void aRunOfAnEarlierLifeOfTheServiceIsNotOverwritten() throws IOException {
    Path earlier = models.resolve("runs/earlier/initial.onnx");
    Files.createDirectories(earlier.getParent());
    Files.write(earlier, new byte[] {7});

    assertRefused(Status.Code.ALREADY_EXISTS, "run_id", start(request("earlier", 1)));

    assertEquals(7, Files.readAllBytes(earlier)[0]);
    assertRefused(Status.Code.NOT_FOUND, "run_id", () -> training.getRun(get("earlier")));
  }

  @Test
  void withoutRoomNothingIsReadAndNoFolderIsMade() {
    for (int i = 0; i < 1 + RunRegistry.MOST_WAITING; i++) {
      training.startRun(request("crowd-" + i, 10_000).build());
    }

    assertRefused(
        Status.Code.RESOURCE_EXHAUSTED,
        "run_id",
        start(data("/does/not/exist").setRunId("one-more")));

    assertFalse(Files.exists(models.resolve("runs/one-more")));
    for (int i = RunRegistry.MOST_WAITING; i >= 0; i--) {
      training.stopRun(StopRunRequest.newBuilder().setRunId("crowd-" + i).build());
      assertEquals(RunState.RUN_STATE_STOPPED, watch("crowd-" + i).getLast().getState());
    }
  }

  private static void assertRefused(Status.Code code, String field, Executable call) {
    StatusRuntimeException e = assertThrows(StatusRuntimeException.class, call);
    assertEquals(code, e.getStatus().getCode(), e.getMessage());
    assertTrue(e.getMessage().contains(field + " = \""), e.getMessage());
  }

  private Executable start(StartRunRequest.Builder request) {
    return () -> training.startRun(request.build());
  }

  private List<Run> watch(String runId) {
    List<Run> seen = new ArrayList<>();
    training
        .watchRun(WatchRunRequest.newBuilder().setRunId(runId).build())
        .forEachRemaining((WatchRunResponse response) -> seen.add(response.getRun()));
    return seen;
  }

  private static GetRunRequest get(String runId) {
    return GetRunRequest.newBuilder().setRunId(runId).build();
  }

  private static StartRunRequest.Builder data(String folder) {
    return StartRunRequest.newBuilder().setTask("autoencoder").setData(folder);
  }

  private static StartRunRequest.Builder model(String model) {
    return StartRunRequest.newBuilder().setTask("autoencoder").setModel(model);
  }

  private static StartRunRequest.Builder request(String runId, int epochs) {
    return StartRunRequest.newBuilder()
        .setTask("autoencoder")
        .setRunId(runId)
        .setEpochs(epochs)
        .setAutoencoder(AutoencoderSettings.newBuilder().setLatent(8).setDrawnDigits(500));
  }
}
