package dev.espalier.trainer.run;

import static dev.espalier.training.v1.TrainingEvent.EventCase.EPOCH_COMPLETED;
import static dev.espalier.training.v1.TrainingEvent.EventCase.GRADIENT_SUMMARY;
import static dev.espalier.training.v1.TrainingEvent.EventCase.RUN_PRUNED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruning.v1.CutRunRequest;
import dev.espalier.trainer.penalty.CoefficientBoard;
import dev.espalier.trainer.penalty.Coefficients;
import dev.espalier.training.v1.RunCut;
import dev.espalier.training.v1.RunPruned;
import dev.espalier.training.v1.StartRunRequest;
import dev.espalier.training.v1.TrainingEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CutRunTest {
  private static final int BATCHES = 9;
  private static final int OF_A_UNIT = 784 + 1 + 256;

  @TempDir private Path folder;

  private final FakeSink sink = new FakeSink();
  private final List<CutRunRequest> asked = new ArrayList<>();
  private ModelStore store;

  @BeforeEach
  void store() {
    store = new ModelStore(folder);
  }

  private RunSnapshot train(String runId, int milestones, CutSource cuts) {
    RunHandle handle = handle(runId, 3, milestones);
    train(handle, cuts, Duration.ofSeconds(60));
    return handle.snapshot();
  }

  private static RunHandle handle(String runId, int epochs, int milestones) {
    return new RunHandle(
        RunSnapshot.begin(
            Requests.settings(
                HiddenCuts.milestones(Requests.request(runId, epochs, 5), milestones)),
            Clock.systemUTC().instant()));
  }

  private void train(RunHandle handle, CutSource cuts, Duration cutWait) {
    CoefficientBoard board = new CoefficientBoard(() -> {});
    board.put(new Coefficients(9, Map.of("hidden", 0.5), 1e-7));
    RunEnvironment environment =
        new RunEnvironment(
            store,
            (model, run) -> CompletableFuture.completedFuture(HiddenGroup.of(folder, run)),
            (request, longest) -> {
              asked.add(request);
              return cuts.cut(request, longest);
            },
            run -> board,
            sink,
            RunTraces.NONE,
            Clock.systemUTC(),
            "1.2.3",
            Duration.ofMillis(20),
            Duration.ofMillis(20),
            cutWait);
    TrainingRun.begin(handle, environment).run();
  }

  private OnnxModel model(String runId) throws IOException {
    return OnnxModel.read(store.resolve(store.trainedModel(runId)));
  }

  @Test
  void goesOnWithTheSmallerModel() throws IOException {
    RunSnapshot run = train("cut", 2, new HiddenCuts(store, unit -> unit % 2 == 1));

    assertInstanceOf(RunPhase.Completed.class, run.phase(), run.toString());
    assertEquals(Map.of(), run.warnings());
    for (int i = 0; i < sink.events.size(); i++) {
      assertEquals(i, sink.events.get(i).getSequence());
    }
    List<TrainingEvent> summaries = sink.of(GRADIENT_SUMMARY);
    assertEquals(3 * BATCHES, summaries.size());
    int[] units = {512, 256, 128};
    for (int batch = 0; batch < summaries.size(); batch++) {
      var summary = summaries.get(batch).getGradientSummary();
      assertEquals(units[batch / BATCHES] * OF_A_UNIT, summary.getCount(0));
      assertTrue(summary.getOverallMeanAbsolutePenalty() > 0, "penalties go on");
    }
    for (int cut = 0; cut < 2; cut++) {
      TrainingEvent epoch = sink.of(EPOCH_COMPLETED).get(cut);
      TrainingEvent event = sink.of(RUN_PRUNED).get(cut);
      assertTrue(epoch.getEpochCompleted().getCutFollows());
      assertEquals(epoch.getSequence() + 1, event.getSequence());
      RunPruned pruned = event.getRunPruned();
      assertEquals(cut + 1, pruned.getAfterEpochs());
      assertEquals("hidden", pruned.getGroups(0).getId());
      assertEquals(units[cut + 1] * OF_A_UNIT, pruned.getGroups(0).getParameters());
      assertEquals(1, pruned.getKeptCount());
      assertEquals(
          pruned.getModelDigest(), OnnxModel.read(store.resolve(pruned.getModel())).digest());
      RunCut told = run.cuts().get(cut);
      assertEquals(cut + 1, told.getAfterEpochs());
      assertEquals(pruned.getPruningId(), told.getPruningId());
      assertEquals(
          (units[cut] - units[cut + 1]) * OF_A_UNIT,
          told.getParametersBefore() - told.getParametersAfter());
      assertEquals(epoch.getEpochCompleted().getValidationLoss(), told.getValidationLossBefore());
      assertTrue(Double.isFinite(told.getValidationLossAfter()));
      assertTrue(told.getValidationLossAfter() != told.getValidationLossBefore());
    }
    assertTrue(!sink.of(EPOCH_COMPLETED).get(2).getEpochCompleted().getCutFollows());
    assertEquals(128, model("cut").initializers().get("encoder.0.bias").dims()[0]);
    assertEquals(128, asked.get(1).getGraph().getGroups(0).getUnits() / 2);
  }

  private RunSnapshot cut(String runId, double collapsedShare, IntPredicate stays) {
    StartRunRequest.Builder request = HiddenCuts.milestones(Requests.request(runId, 2, 5), 1);
    request.getImportanceBuilder().getThresholdsBuilder().setCollapsedShare(collapsedShare);
    RunHandle handle =
        new RunHandle(RunSnapshot.begin(Requests.settings(request), Clock.systemUTC().instant()));
    train(handle, new HiddenCuts(store, stays), Duration.ofSeconds(60));
    return handle.snapshot();
  }

  @Test
  void aCutThatRuinsTheNetworkWarnsAndOneThatDoesNotIsSilent() {
    RunSnapshot ruined = cut("ruined", 0.1, unit -> unit == 0);

    assertInstanceOf(RunPhase.Completed.class, ruined.phase(), ruined.toString());
    double initial = ruined.progress().initialValidationLoss().orElseThrow();
    RunCut cut = ruined.cuts().getFirst();
    double before = cut.getValidationLossBefore();
    double after = cut.getValidationLossAfter();
    RunPruned told = sink.of(RUN_PRUNED).getFirst().getRunPruned();
    assertEquals(initial, told.getInitialValidationLoss());
    assertEquals(before, told.getValidationLossBefore());
    assertEquals(after, told.getValidationLossAfter());
    String warning = ruined.warnings().get("cut.1.collapsed");
    assertEquals(
        new CutLoss(OptionalDouble.of(initial), before, after)
            .warning(1, ruined.settings().importance().getThresholds())
            .orElseThrow(),
        warning);
    assertEquals(List.of(warning), List.copyOf(ruined.warnings().values()));

    double lost = (after - before) / (initial - before);
    assertEquals(Map.of(), cut("bearable", lost, unit -> unit == 0).warnings());
    RunSnapshot harmless = cut("harmless", 0.1, unit -> unit > 0);
    assertEquals(1, harmless.cuts().size());
    assertEquals(Map.of(), harmless.warnings());
  }

  /** Weights, moments, steps, penalty and batches go on as if nothing had been. */
  @Test
  void aCutThatTakesNothingChangesNothing() throws IOException {
    train("whole", 0, HiddenCuts.NONE);
    RunSnapshot run = train("cut", 2, new HiddenCuts(store, unit -> true));

    assertEquals(2, run.cuts().size());
    run.cuts()
        .forEach(cut -> assertEquals(cut.getValidationLossBefore(), cut.getValidationLossAfter()));
    assertArrayEquals(model("whole").bytes(), model("cut").bytes());
  }

  @Test
  void aPrunerThatRefusesIsAwayOrSendsAnotherModelLeavesTheRunAsItWas() throws IOException {
    train(handle("whole", 2, 0), HiddenCuts.NONE, Duration.ZERO);
    CutSource good = new HiddenCuts(store, unit -> unit > 3);
    Map<String, CutSource> bad =
        Map.of(
            "there is no pruner",
            HiddenCuts.NONE,
            "did not cut it within PT0.05S",
            (request, longest) -> new CompletableFuture<>(),
            "is not the model of the cut",
            (request, longest) ->
                good.cut(request, longest)
                    .thenApply(
                        cut -> {
                          var other = cut.toBuilder();
                          other.getResultBuilder().setPrunedModelDigest("0".repeat(64));
                          return other.build();
                        }),
            "cannot be read",
            (request, longest) ->
                good.cut(request, longest)
                    .thenApply(
                        cut -> {
                          var other = cut.toBuilder();
                          other.getResultBuilder().setPrunedModel("prunings/none/pruned.onnx");
                          return other.build();
                        }),
            "what stays of it is",
            (request, longest) ->
                good.cut(request, longest).thenApply(cut -> cut.toBuilder().removeKept(0).build()),
            "the cut gave groups [other]",
            (request, longest) ->
                good.cut(request, longest)
                    .thenApply(
                        cut -> {
                          var other = cut.toBuilder();
                          other.getGraphBuilder().getGroupsBuilder(0).setId("other");
                          return other.build();
                        }),
            "kept_units has 0 groups",
            (request, longest) ->
                good.cut(request, longest)
                    .thenApply(cut -> cut.toBuilder().clearKeptUnits().build()));
    int made = 0;
    for (Map.Entry<String, CutSource> one : bad.entrySet()) {
      RunHandle handle = handle("cut-" + made++, 2, 1);
      train(handle, one.getValue(), Duration.ofMillis(50));
      RunSnapshot run = handle.snapshot();
      assertInstanceOf(RunPhase.Completed.class, run.phase(), run.toString());
      String warning = run.warnings().get("cut.1");
      assertTrue(
          warning.startsWith("the run was not cut after 1 epochs and went on as it was: "),
          warning);
      assertTrue(warning.contains(one.getKey()), warning);
      assertEquals(List.of(), run.cuts());
      assertArrayEquals(
          model("whole").bytes(), model(run.settings().runId()).bytes(), one.getKey());
    }
    assertEquals(0, sink.of(RUN_PRUNED).size());
  }

  @Test
  void aRunThatIsStoppedWhileItWaitsForItsCutEndsAtOnce() {
    RunHandle handle = handle("stopped", 3, 1);
    train(
        handle,
        (request, longest) -> {
          handle.requestStop();
          return new CompletableFuture<>();
        },
        Duration.ofDays(1));
    assertInstanceOf(RunPhase.Stopped.class, handle.snapshot().phase());
    assertEquals(1, handle.snapshot().progress().epochsCompleted());
    assertEquals(Map.of(), handle.snapshot().warnings());
  }
}
