package dev.espalier.pruner.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.calibration.CalibrationFile;
import dev.espalier.pruner.calibration.NpyWriter;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.message.SensitivityMessages;
import dev.espalier.pruner.plan.ChannelScores;
import dev.espalier.pruner.runtime.EndlessLoop;
import dev.espalier.pruner.search.OutputError;
import dev.espalier.pruner.search.Sensitivity;
import dev.espalier.pruning.v1.AnalyzeSensitivityRequest;
import dev.espalier.pruning.v1.AnalyzeSensitivityResponse;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.PruningServiceGrpc;
import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadPoolExecutor;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServiceResource.class)
class SensitivityServiceTest extends ServiceBase {
  private static final List<Double> SHARES = List.of(0.25, 0.5);

  private static AnalyzeSensitivityRequest request(String model, String calibration) {
    return AnalyzeSensitivityRequest.newBuilder()
        .setModel(model)
        .setCalibration(calibration)
        .setChannelScore(ChannelScore.CHANNEL_SCORE_L1)
        .addAllShares(SHARES)
        .build();
  }

  private List<AnalyzeSensitivityResponse> answers(AnalyzeSensitivityRequest request) {
    List<AnalyzeSensitivityResponse> answers = new ArrayList<>();
    service.analyzeSensitivity(request).forEachRemaining(answers::add);
    return answers;
  }

  private void data(String name, int... shape) throws IOException {
    SplittableRandom random = new SplittableRandom(8);
    double[] values = random.doubles((long) shape[0] * shape[1]).toArray();
    Files.createDirectories(root.resolve("data"));
    Files.write(root.resolve("data").resolve(name), NpyWriter.floats(shape, values));
  }

  @Test
  void theAnswerIsWhatTheCoreMeasures() throws IOException {
    OnnxModel model = Networks.autoencoder(6, 8, 4, 1);
    model.write(root.resolve("sensitive/model.onnx"));
    data("six.npy", 5, 6);
    Traced traced = new Pruner().analyze(model);
    OutputError error =
        OutputError.of(
            traced.prepared().original(), CalibrationFile.read(root.resolve("data/six.npy")));
    Sensitivity expected =
        Sensitivity.measure(
            traced, ChannelScores.of("l1", Optional.empty()), SHARES, error::of, done -> {});

    AnalyzeSensitivityResponse last =
        answers(request("sensitive/model.onnx", "data/six.npy")).getLast();

    assertEquals(SensitivityMessages.of(expected), last.getSensitivity());
    assertEquals(2, last.getGroupsDone());
    assertTrue(Files.readString(root.resolve(last.getReport())).contains("encoder.0"));
    assertTrue(Files.exists(root.resolve(last.getReportHtml())));
  }

  @Test
  void dataThatCannotBeUsedIsTheFieldOfThatName() throws IOException {
    Networks.autoencoder(6, 8, 4, 1).write(root.resolve("sensitive/bad.onnx"));
    data("five.npy", 5, 5);
    Files.writeString(root.resolve("data/text.npy"), "no numbers");

    for (String name : List.of("data/five.npy", "data/text.npy", "../data.npy")) {
      String message =
          assertInvalid("calibration", () -> answers(request("sensitive/bad.onnx", name)));
      assertTrue(message.contains(name), message);
    }
    assertInvalid("calibration", () -> answers(request("sensitive/bad.onnx", "")));
    assertError(
        Code.NOT_FOUND,
        "calibration",
        "NOT_KNOWN",
        () -> answers(request("sensitive/bad.onnx", "data/none.npy")));
    assertInvalid("model", () -> answers(request("data/text.npy", "data/five.npy")));
  }

  @Test
  void theWorkEndsWhenTheCallerHangsUp() throws Exception {
    EndlessLoop.model().write(root.resolve("sensitive/endless.onnx"));
    data("two.npy", 1, 2);
    ThreadPoolExecutor pool = (ThreadPoolExecutor) workers.prunings();
    await(() -> pool.getActiveCount() == 0);
    Context.CancellableContext call = Context.current().withCancellation();
    StreamObserver<AnalyzeSensitivityResponse> ignored =
        new StreamObserver<>() {
          @Override
          public void onNext(AnalyzeSensitivityResponse response) {}

          @Override
          public void onError(Throwable e) {}

          @Override
          public void onCompleted() {}
        };
    call.run(
        () ->
            PruningServiceGrpc.newStub(channel)
                .analyzeSensitivity(request("sensitive/endless.onnx", "data/two.npy"), ignored));
    await(() -> pool.getActiveCount() == 1);

    call.cancel(null);

    await(() -> pool.getActiveCount() == 0);
    theAnswerIsWhatTheCoreMeasures();
  }
}
