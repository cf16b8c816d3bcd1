package dev.espalier.pruner.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.pruner.Networks;
import dev.espalier.pruning.v1.Allocation;
import dev.espalier.pruning.v1.AnalyzeModelRequest;
import dev.espalier.pruning.v1.GetPruningRequest;
import dev.espalier.pruning.v1.ListPruningsRequest;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.PruningState;
import dev.espalier.pruning.v1.StartPruningRequest;
import dev.espalier.pruning.v1.WatchPruningRequest;
import io.grpc.Status.Code;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Requests that cannot be met, and too many of them. */
@QuarkusTest
@QuarkusTestResource(ServiceResource.class)
class RequestServiceTest extends ServiceBase {
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

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
