package dev.espalier.trainer.run;

import static dev.espalier.training.v1.TrainingEvent.EventCase.EPOCH_COMPLETED;
import static dev.espalier.training.v1.TrainingEvent.EventCase.GRADIENT_SUMMARY;
import static dev.espalier.training.v1.TrainingEvent.EventCase.RUN_FAILED;
import static dev.espalier.training.v1.TrainingEvent.EventCase.RUN_STARTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.trainer.penalty.CoefficientBoard;
import dev.espalier.trainer.penalty.Coefficients;
import dev.espalier.trainer.task.Autoencoder;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import dev.espalier.training.v1.UnitSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TrainingRunTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
  private static final Duration NOT_LONG = Duration.ofMillis(20);

  @TempDir private Path folder;

  private final FakeSink sink = new FakeSink();
  private RunTraces traces = RunTraces.NONE;
  private final CoefficientBoard board = new CoefficientBoard(() -> {});

  @Test
  void logIsWholeAndInOrder() throws IOException {
    RunSnapshot run = train(settings("whole", 2, 1), graphSource());

    assertInstanceOf(RunPhase.Completed.class, run.phase(), run.toString());
    for (int i = 0; i < sink.events.size(); i++) {
      assertEquals(i, sink.events.get(i).getSequence());
      assertEquals("whole", sink.events.get(i).getRunId());
    }
    RunStarted started = sink.events.getFirst().getRunStarted();
    assertEquals(9, started.getBatchesPerEpoch());
    assertEquals("hidden", started.getGroups(0).getId());
    assertEquals("9", started.getSettingsOrThrow("autoencoder.latent"));
    assertEquals(64, started.getSettingsOrThrow("data_digest").length());
    assertEquals(18, sink.of(GRADIENT_SUMMARY).size());
    assertEquals(2, sink.of(EPOCH_COMPLETED).size());
    RunCompleted end = sink.events.getLast().getRunCompleted();
    assertFalse(end.getStopped());
    ModelStore store = new ModelStore(folder);
    assertEquals("runs/whole/model.onnx", end.getModel());
    assertEquals(end.getModelDigest(), OnnxModel.read(store.resolve(end.getModel())).digest());
    assertEquals(
        started.getModelDigest(), OnnxModel.read(store.resolve(started.getModel())).digest());
    assertTrue(
        run.progress().validationLoss().orElseThrow()
            < run.progress().initialValidationLoss().orElseThrow());
  }

  @Test
  void summarySpeaksOfTheGroup() {
    train(settings("columns", 1, 1), graphSource());

    GradientSummary summary = sink.of(GRADIENT_SUMMARY).getFirst().getGradientSummary();

    assertEquals(784 * 512 + 512 + 512 * 256, summary.getCount(0));
    assertTrue(summary.getMeanAbsoluteGradient(0) > 0);
    assertTrue(summary.getMeanSquaredGradient(0) > 0);
    assertTrue(summary.getL1Norm(0) > 0);
    assertEquals(0, summary.getOverallMeanAbsolutePenalty());
    assertEquals(-1, summary.getCoefficientsEpoch());
  }

  @Test
  void everyFourthBatchIsToldUnitByUnit() {
    train(Requests.settings(Requests.request("units", 2, 1).setUnitSummaryEvery(4)), graphSource());

    assertEquals(512, sink.events.getFirst().getRunStarted().getGroups(0).getUnits());
    List<String> places = new ArrayList<>();
    for (int i = 0; i < sink.events.size(); i++) {
      assertEquals(i, sink.events.get(i).getSequence());
      if (sink.events.get(i).hasUnitSummary()) {
        UnitSummary units = sink.events.get(i).getUnitSummary();
        GradientSummary group = sink.events.get(i - 1).getGradientSummary();
        places.add(units.getEpoch() + "/" + units.getBatch());
        assertEquals("hidden", units.getGroupId());
        assertEquals(group.getBatch(), units.getBatch());
        near(group.getMeanAbsoluteGradient(0), mean(units.getGradientList()));
        near(group.getMeanSquaredGradient(0), mean(units.getFisherList()));
        assertTrue(mean(units.getTaylorList()) > 0);
      }
    }
    assertEquals(List.of("0/0", "0/4", "0/8", "1/3", "1/7"), places);
  }

  private static void near(double expected, double actual) {
    assertEquals(expected, actual, 1e-5 * expected);
  }

  /** Over 512 units of equally many parameters each. */
  private static double mean(List<Float> values) {
    assertEquals(512, values.size());
    return values.stream().mapToDouble(Float::doubleValue).average().orElseThrow();
  }

  @Test
  void coefficientsThatNeverCameAreStale() {
    RunSnapshot run = train(settings("never", 1, 1), graphSource());

    assertEquals(9, run.progress().staleBatches());
    for (TrainingEvent event : sink.of(GRADIENT_SUMMARY)) {
      assertEquals(-1, event.getGradientSummary().getCoefficientsEpoch());
      assertTrue(event.getGradientSummary().getStaleCoefficients(), event.toString());
    }
  }

  @Test
  void summariesThatTheBusRefusedLaterAreDroppedOnes() {
    sink.refusedLater.put("bounced", 3L);
    sink.refusedLater.put("another", 50L);

    RunSnapshot run = train(settings("bounced", 1, 1), graphSource());

    assertEquals(3, run.progress().droppedSummaries());
    assertEquals(3, sink.events.getLast().getRunCompleted().getDroppedSummaries());
    assertTrue(run.warnings().get("dropped").startsWith("3 summaries"));
  }

  @Test
  void sameSeedSameLossesBitForBit() {
    board.put(new Coefficients(0, Map.of("hidden", 1.0), 1e-6));
    train(settings("first", 2, 3), graphSource());
    List<Double> first = losses();
    sink.events.clear();
    train(settings("second", 2, 3), graphSource());
    List<Double> second = losses();
    sink.events.clear();
    train(settings("other", 2, 4), graphSource());

    assertEquals(first, second);
    assertNotEquals(first, losses());
  }

  @Test
  void penaltyOfTheNewestCoefficientsIsApplied() {
    board.put(new Coefficients(0, Map.of("hidden", 0.5), 1e-3));

    RunSnapshot run = train(settings("penalty", 2, 1), graphSource());

    List<TrainingEvent> summaries = sink.of(GRADIENT_SUMMARY);
    GradientSummary first = summaries.getFirst().getGradientSummary();
    assertEquals(0, first.getCoefficientsEpoch());
    assertFalse(first.getStaleCoefficients());
    long penalised = first.getCount(0);
    long all = 784 * 512 + 512 + 512 * 256 + 256 + 256 * 9 + 9;
    all += 9 * 256 + 256 + 256 * 512 + 512 + 512 * 784 + 784;
    assertEquals(0.5e-3 * penalised / all, first.getOverallMeanAbsolutePenalty(), 1e-9);
    GradientSummary last = summaries.getLast().getGradientSummary();
    assertTrue(last.getStaleCoefficients(), "those of epoch 1 never came");
    assertEquals(9, run.progress().staleBatches());
    assertTrue(run.warnings().get("coefficients").contains("epoch 1"));
    assertTrue(run.warnings().get("penalty").contains("outweighed"));
  }

  @Test
  void everyEventNamesTheSpanOfItsEpoch() {
    train(settings("same", 2, 1), graphSource());
    List<TrainingEvent> untraced = List.copyOf(sink.events);
    assertTrue(sink.spans.stream().allMatch(Optional::isEmpty));
    sink.events.clear();
    sink.spans.clear();
    FakeTraces traced = new FakeTraces();
    traces = traced;

    train(settings("same", 2, 1), graphSource());

    assertEquals(List.of(0, 1), traced.epochs);
    for (int i = 0; i < sink.events.size(); i++) {
      boolean firstEpoch = sink.events.get(i).getSequence() <= 10;
      assertEquals(Optional.of(FakeTraces.span(firstEpoch ? 0 : 1)), sink.spans.get(i));
    }
    assertEquals(withoutSeconds(untraced), withoutSeconds(sink.events));
  }

  @Test
  void coefficientsAreAppliedOnceHoweverOftenTheyCome() {
    FakeTraces traced = new FakeTraces();
    traces = traced;
    board.put(new Coefficients(0, Map.of("hidden", 0.5), 1e-6));
    RunHandle handle = handle(settings("once", 2, 1));
    handle.watch(
        run -> {
          switch ((int) run.progress().batchesCompleted()) {
            case 3 -> board.put(new Coefficients(0, Map.of("hidden", 0.5), 1e-6));
            case 9 -> board.put(new Coefficients(1, Map.of("hidden", 0.5), 1e-6));
            default -> {}
          }
        });

    TrainingRun.begin(handle, environment(graphSource())).run();

    assertEquals(List.of(0, 1), traced.applied);
  }

  @Test
  void withoutThePrunerTheRunTrainsAndSaysSo() {
    RunSnapshot run = train(settings("alone", 1, 1), (model, runId) -> new CompletableFuture<>());

    assertInstanceOf(RunPhase.Completed.class, run.phase());
    assertEquals(List.of(), sink.events);
    assertEquals(9, run.progress().droppedSummaries());
    assertEquals(0, run.progress().staleBatches(), "none were expected");
    assertTrue(run.warnings().get("groups").contains("never named"));
  }

  @Test
  void groupsThatComeLateLeaveAGapThatShows() {
    CompletableFuture<DependencyGraph> answer = new CompletableFuture<>();
    RunHandle handle = handle(settings("late", 2, 1));
    handle.watch(
        run -> {
          if (run.progress().batchesCompleted() == 12) {
            answer.complete(HiddenGroup.of(folder, "late"));
          }
        });

    TrainingRun.begin(handle, environment((model, runId) -> answer)).run();

    assertEquals(
        List.of(0L, 10L),
        sink.events.stream().limit(2).map(TrainingEvent::getSequence).toList(),
        "RunStarted, then the epoch that had ended before");
    assertEquals(EPOCH_COMPLETED, sink.events.get(1).getEventCase());
    assertEquals(14, sink.events.get(2).getSequence());
    RunCompleted end = sink.events.getLast().getRunCompleted();
    assertEquals(12, end.getDroppedSummaries());
  }

  @Test
  void refusedSummariesAreCountedAndNothingElseIsLost() {
    sink.refuse = event -> event.getGradientSummary().getBatch() % 2 == 1;

    RunSnapshot run = train(settings("full", 2, 1), graphSource());

    assertEquals(8, run.progress().droppedSummaries());
    assertEquals(10, sink.of(GRADIENT_SUMMARY).size());
    assertEquals(2, sink.of(EPOCH_COMPLETED).size());
    assertEquals(8, sink.events.getLast().getRunCompleted().getDroppedSummaries());
    assertEquals(21, sink.events.getLast().getSequence(), "dropped ones keep their numbers");
    assertTrue(run.warnings().get("dropped").startsWith("8 summaries"));
  }

  @Test
  void refusedModelIsAWarning() {
    GroupSource refusing =
        (model, runId) -> CompletableFuture.failedFuture(new IllegalStateException("no good"));

    RunSnapshot run = train(settings("refused", 1, 1), refusing);

    assertInstanceOf(RunPhase.Completed.class, run.phase());
    assertFalse(run.warnings().isEmpty());
  }

  @Test
  void groupsOfAnotherModelAreNotUsed() {
    RunSnapshot run =
        train(
            settings("mixed", 1, 1),
            (model, runId) -> CompletableFuture.completedFuture(HiddenGroup.of("0".repeat(64))));

    assertInstanceOf(RunPhase.Completed.class, run.phase());
    assertEquals(List.of(), sink.events);
  }

  @Test
  void gradientThatIsNotFiniteFailsTheRun() throws IOException {
    steep().write(folder.resolve("steep.onnx"));
    RunSettings wild = Requests.settings(Requests.request("wild", 3, 1).setModel("steep.onnx"));

    RunSnapshot run = train(wild, graphSource());

    RunPhase.Failed failed = assertInstanceOf(RunPhase.Failed.class, run.phase());
    assertTrue(
        failed.reason().contains("group \"hidden\" is not finite at epoch 0, batch 0"),
        failed.reason());
    assertEquals(
        List.of(RUN_STARTED, GRADIENT_SUMMARY, RUN_FAILED),
        sink.events.stream().map(TrainingEvent::getEventCase).toList());
    GradientSummary last = sink.of(GRADIENT_SUMMARY).getFirst().getGradientSummary();
    assertTrue(
        last.getMeanSquaredGradientList().stream().anyMatch(g -> !Double.isFinite(g)),
        "the number itself is for the consumers to see");
  }

  @Test
  void stopEndsTheRunAfterTheBatchWithItsModelSaved() {
    RunHandle handle = handle(settings("stopped", 50, 1));
    handle.watch(
        run -> {
          if (run.progress().batchesCompleted() == 11) {
            handle.requestStop();
          }
        });

    TrainingRun.begin(handle, environment(graphSource())).run();

    RunSnapshot run = handle.snapshot();
    assertInstanceOf(RunPhase.Stopped.class, run.phase());
    assertEquals(11, run.progress().batchesCompleted());
    assertTrue(sink.events.getLast().getRunCompleted().getStopped());
    assertEquals("runs/stopped/model.onnx", run.progress().model());
  }

  @Test
  void aTrainedModelIsTrainedOn() {
    train(settings("teacher", 2, 1), graphSource());
    double before = sink.events.getLast().getRunCompleted().getValidationLoss();
    sink.events.clear();
    RunSettings again =
        Requests.settings(Requests.request("pupil", 1, 1).setModel("runs/teacher/model.onnx"));

    RunSnapshot run = train(again, graphSource());

    assertEquals(before, run.progress().initialValidationLoss().orElseThrow());
    assertEquals(
        "runs/teacher/model.onnx",
        sink.of(RUN_STARTED).getFirst().getRunStarted().getSettingsOrThrow("model"));
  }

  /** Its loss is finite, but the gradient of its tiny first layer is not. */
  private static OnnxModel steep() {
    OnnxModel model = new Autoencoder(9).freshModel(1);
    return model.withInitializers(
        model.initializers().values().stream()
            .map(
                tensor -> {
                  float scale =
                      tensor.name().endsWith("bias")
                          ? 0
                          : tensor.name().equals("encoder.0.weight") ? 1e-12f : 1e6f;
                  float[] values = tensor.floats();
                  for (int i = 0; i < values.length; i++) {
                    values[i] *= scale;
                  }
                  return Tensor.of(tensor.name(), tensor.dims(), values);
                })
            .toList());
  }

  /** Wall time is all that two equal runs may differ in. */
  private static List<TrainingEvent> withoutSeconds(List<TrainingEvent> events) {
    return events.stream()
        .map(
            event -> {
              TrainingEvent.Builder copy = event.toBuilder();
              if (copy.hasEpochCompleted()) {
                copy.getEpochCompletedBuilder().clearSeconds();
              }
              return copy.build();
            })
        .toList();
  }

  private List<Double> losses() {
    return sink.events.stream()
        .map(
            event ->
                switch (event.getEventCase()) {
                  case GRADIENT_SUMMARY -> event.getGradientSummary().getLoss();
                  case EPOCH_COMPLETED -> event.getEpochCompleted().getValidationLoss();
                  default -> 0.0;
                })
        .toList();
  }

  private RunSnapshot train(RunSettings settings, GroupSource groups) {
    RunHandle handle = handle(settings);
    TrainingRun.begin(handle, environment(groups)).run();
    return handle.snapshot();
  }

  private static RunHandle handle(RunSettings settings) {
    return new RunHandle(RunSnapshot.begin(settings, CLOCK.instant()));
  }

  private RunEnvironment environment(GroupSource groups) {
    return new RunEnvironment(
        new ModelStore(folder),
        groups,
        HiddenCuts.NONE,
        runId -> board,
        sink,
        traces,
        CLOCK,
        "1.2.3",
        NOT_LONG,
        NOT_LONG,
        NOT_LONG);
  }

  /** 640 drawn digits: 576 to train on in 9 batches of 64, 64 to measure on. */
  private static RunSettings settings(String runId, int epochs, long seed) {
    return Requests.autoencoder(runId, epochs, seed);
  }

  private GroupSource graphSource() {
    return (model, runId) -> CompletableFuture.completedFuture(HiddenGroup.of(folder, runId));
  }
}
