package dev.espalier.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.espalier.importance.v1.GetRankingRequest;
import dev.espalier.kafka.DeadLetter;
import dev.espalier.kafka.Topics;
import dev.espalier.pruning.v1.AnalyzeModelRequest;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.PruningState;
import dev.espalier.training.v1.GetRunRequest;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.RunState;
import dev.espalier.training.v1.StartRunRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What users get wrong: an error that names field and value, and nothing else disturbed. */
@ExtendWith(SharedSuite.class)
class BadInputIT {
  private static SuiteUnderTest suite;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    suite = SharedSuite.get();
  }

  @Test
  void anUnknownTask() {
    assertError(
        Status.Code.INVALID_ARGUMENT,
        "task",
        () -> start(StartRunRequest.newBuilder().setTask("gan")));
  }

  @Test
  void aRatioOutsideItsRange() {
    for (double share : new double[] {0, 1, -0.1, 1.5, Double.NaN}) {
      assertError(
          Status.Code.INVALID_ARGUMENT,
          "target.parameters_share",
          () -> suite.services().pruning().startPruning(Loop.cut(share).setRunId("any").build()));
    }
  }

  @Test
  void aRunThatDoesNotExist() {
    assertError(
        Status.Code.NOT_FOUND,
        "run_id",
        () ->
            suite
                .services()
                .training()
                .getRun(GetRunRequest.newBuilder().setRunId("nobody").build()));
    assertError(
        Status.Code.NOT_FOUND,
        "run_id",
        () ->
            suite
                .services()
                .importance()
                .getRanking(GetRankingRequest.newBuilder().setRunId("nobody").build()));
    assertError(
        Status.Code.NOT_FOUND,
        "run_id",
        () -> suite.services().pruning().startPruning(Loop.cut(0.5).setRunId("nobody").build()));
  }

  @Test
  void aModelThatIsNotOnnx() throws IOException {
    Files.writeString(suite.layout().models().root().resolve("text.onnx"), "not a model");
    assertError(Status.Code.INVALID_ARGUMENT, "model", () -> analyze("text.onnx"));
  }

  @Test
  void aModelOutsideTheStore() {
    assertError(Status.Code.INVALID_ARGUMENT, "model", () -> analyze("../../etc/passwd"));
    assertError(Status.Code.NOT_FOUND, "model", () -> analyze("nothing.onnx"));
  }

  @Test
  void aFolderWithoutImages() {
    assertError(Status.Code.INVALID_ARGUMENT, "data", () -> start(onFolder("no-images")));
    assertError(
        Status.Code.INVALID_ARGUMENT,
        "data",
        () -> start(onFolder("no-folder").setData(folder.resolve("none").toString())));
  }

  @Test
  void aTruncatedImageFileDisturbsNoOtherRun() throws IOException {
    Files.write(
        folder.resolve("t10k-images-idx3-ubyte"),
        new byte[] {0, 0, 8, 3, 0, 0, 0, 100, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2, 3});

    assertError(Status.Code.INVALID_ARGUMENT, "data", () -> start(onFolder("truncated")));

    Run next = Loop.train(suite.services(), Loop.smallRun("after-truncated", 1).build());
    assertEquals(RunState.RUN_STATE_COMPLETED, next.getState(), next.getFailure());
  }

  @Test
  void aRecordThatDoesNotParseGoesToTheDeadLettersAndTheStreamGoesOn() {
    suite.bus().send(Topics.TRAINING, "poison", new byte[] {(byte) 0xff, (byte) 0xff, 7});

    ConsumerRecord<String, byte[]> letter =
        suite.bus().first(Topics.deadLetters(Topics.TRAINING), "poison");
    assertEquals(Topics.TRAINING, Bus.header(letter, DeadLetter.TOPIC));
    assertTrue(!Bus.header(letter, DeadLetter.REASON).isEmpty());

    Run next = Loop.train(suite.services(), Loop.smallRun("after-poison", 1).build());
    suite.bus().first(Topics.RANKINGS, "after-poison");
    assertEquals(RunState.RUN_STATE_COMPLETED, next.getState(), next.getFailure());
  }

  @Test
  void aRankingThatDoesNotParseGoesToTheDeadLettersAndPruningGoesOn() {
    Loop.train(suite.services(), Loop.smallRun("beside-poison", 1).build());

    suite.bus().send(Topics.RANKINGS, "poison", new byte[] {(byte) 0xff, (byte) 0xff, 7});

    ConsumerRecord<String, byte[]> letter =
        suite.bus().first(Topics.deadLetters(Topics.RANKINGS), "poison");

    assertTrue(!Bus.header(letter, DeadLetter.REASON).isEmpty());
    Pruning pruning = Loop.prune(suite.services(), Loop.cut(0.3).setRunId("beside-poison").build());
    assertEquals(PruningState.PRUNING_STATE_COMPLETED, pruning.getState(), pruning.getFailure());
  }

  @Test
  void aSnapshotThatDoesNotParseGoesToTheDeadLetters() {
    suite.bus().send(Topics.IMPORTANCE, "poison", new byte[] {(byte) 0xff, (byte) 0xff, 7});

    ConsumerRecord<String, byte[]> letter =
        suite.bus().first(Topics.deadLetters(Topics.IMPORTANCE), "poison");

    assertEquals(Topics.IMPORTANCE, Bus.header(letter, DeadLetter.TOPIC));
    assertTrue(Bus.header(letter, DeadLetter.REASON).contains("ImportanceSnapshot"));
  }

  private StartRunRequest.Builder onFolder(String runId) {
    return StartRunRequest.newBuilder()
        .setTask("autoencoder")
        .setRunId(runId)
        .setData(folder.toString());
  }

  private static void start(StartRunRequest.Builder request) {
    suite.services().training().startRun(request.build());
  }

  private static void analyze(String model) {
    suite
        .services()
        .pruning()
        .analyzeModel(AnalyzeModelRequest.newBuilder().setModel(model).build());
  }

  private static void assertError(Status.Code code, String field, Executable call) {
    StatusRuntimeException e = assertThrows(StatusRuntimeException.class, call);
    assertEquals(code, e.getStatus().getCode(), e.toString());
    try {
      ErrorInfo info = StatusProto.fromThrowable(e).getDetails(0).unpack(ErrorInfo.class);
      assertEquals(field, info.getMetadataOrThrow("field"), e.toString());
      assertTrue(!info.getMetadataOrThrow("remedy").isEmpty());
    } catch (InvalidProtocolBufferException broken) {
      throw new AssertionError(broken);
    }
  }
}
