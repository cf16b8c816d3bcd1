package dev.espalier.trainer.run;

import static dev.espalier.training.v1.TrainingEvent.EventCase.GRADIENT_SUMMARY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.graph.v1.GroupKind;
import dev.espalier.graph.v1.Slice;
import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.penalty.CoefficientBoard;
import dev.espalier.trainer.pendulum.Pendulum;
import dev.espalier.trainer.tdmpc.TdMpcGraph;
import dev.espalier.training.v1.PendulumSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One episode of the pendulum's agent as a run. */
@Timeout(120)
class PendulumRunTest {
  @TempDir private Path folder;

  private final FakeSink sink = new FakeSink();

  @Test
  void anEpisodeIsAnEpochAndTheLossOfValidationIsMinusTheReturn() throws IOException {
    RunSettings settings =
        Requests.settings(
            Requests.request("agent", 1, 1)
                .setTask("pendulum")
                .setBatchSize(32)
                .setPendulum(PendulumSettings.newBuilder().setValidationStarts(1)));
    RunHandle handle = new RunHandle(RunSnapshot.begin(settings, Clock.systemUTC().instant()));

    TrainingRun.begin(handle, environment()).run();

    RunSnapshot run = handle.snapshot();
    assertInstanceOf(RunPhase.Completed.class, run.phase(), run.toString());
    assertEquals(Pendulum.STEPS, run.progress().batchesCompleted());
    assertEquals(Pendulum.STEPS, sink.of(GRADIENT_SUMMARY).size());
    double loss = run.progress().validationLoss().orElseThrow();
    assertTrue(loss > 0 && loss <= Pendulum.STEPS * Pendulum.MOST_COST, "minus a return: " + loss);
    assertEquals("", run.provenance().getDataDigest(), "it plays its own data");
    TdMpcGraph.check(OnnxModel.read(folder.resolve(run.progress().model())));
  }

  private RunEnvironment environment() {
    return new RunEnvironment(
        new ModelStore(folder),
        (model, runId) -> CompletableFuture.completedFuture(encoder(model)),
        (request, needless) -> {
          throw new AssertionError("no cut was asked for");
        },
        runId -> new CoefficientBoard(() -> {}),
        sink,
        RunTraces.NONE,
        Clock.systemUTC(),
        "1.2.3",
        Duration.ofMillis(20),
        Duration.ofMillis(20),
        Duration.ofSeconds(1));
  }

  /** The encoder's hidden layer as the only group. */
  private DependencyGraph encoder(String name) {
    try {
      OnnxModel model = OnnxModel.read(folder.resolve(name));
      int units = model.initializers().get("encoder.0.bias").dims()[0];
      return DependencyGraph.newBuilder()
          .setModelDigest(model.digest())
          .addGroups(
              Group.newBuilder()
                  .setId("encoder.0")
                  .setKind(GroupKind.GROUP_KIND_COMPONENT)
                  .addComponents("encoder")
                  .setUnits(units)
                  .setParameters(units)
                  .addSlices(
                      Slice.newBuilder()
                          .setInitializer("encoder.0.bias")
                          .addAllIndex(IntStream.range(0, units).boxed().toList())))
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
