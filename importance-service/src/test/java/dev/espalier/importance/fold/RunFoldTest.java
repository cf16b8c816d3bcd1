package dev.espalier.importance.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.importance.v1.FoldState;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.RunPhase;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunFoldTest {
  private static final int GROUPS = 2;

  private final SplittableRandom random = new SplittableRandom(7);
  private final RunFold fold = RunFold.fresh();

  @BeforeEach
  void open() {
    assertInstanceOf(Outcome.Folded.class, fold.fold(started(0, start())));
  }

  private RunStarted.Builder start() {
    return Logs.start(new SplittableRandom(7), GROUPS, 3, 2)
        .setImportance(ImportanceSettings.newBuilder());
  }

  private static TrainingEvent started(long sequence, RunStarted.Builder start) {
    return at(sequence, e -> e.setRunStarted(start));
  }

  private TrainingEvent summary(long sequence, Consumer<GradientSummary.Builder> change) {
    GradientSummary.Builder summary = Logs.summary(random, GROUPS, 0, 0);
    change.accept(summary);
    return at(sequence, e -> e.setGradientSummary(summary));
  }

  private static TrainingEvent epoch(long sequence, int epoch) {
    return at(sequence, e -> e.setEpochCompleted(EpochCompleted.newBuilder().setEpoch(epoch)));
  }

  private static TrainingEvent completed(long sequence) {
    return at(
        sequence,
        e -> e.setRunCompleted(RunCompleted.newBuilder().setModel("m").setModelDigest("d")));
  }

  private static TrainingEvent at(long sequence, Consumer<TrainingEvent.Builder> change) {
    TrainingEvent.Builder event =
        TrainingEvent.newBuilder().setRunId("run-1").setSequence(sequence);
    change.accept(event);
    return event.build();
  }

  private static ImportanceSnapshot snapshot(Outcome outcome) {
    return assertInstanceOf(Outcome.Folded.class, outcome).snapshot().orElseThrow();
  }

  private void rejected(TrainingEvent event, String reason) {
    FoldState before = fold.state();
    Outcome outcome = fold.fold(event);
    assertEquals(reason, assertInstanceOf(Outcome.Rejected.class, outcome).reason());
    FoldState after = fold.state();
    assertEquals(before.getRejectedEvents() + 1, after.getRejectedEvents());
    assertEquals(
        before.toBuilder().clearDiagnoses().build(),
        after.toBuilder().setRejectedEvents(before.getRejectedEvents()).clearDiagnoses().build(),
        "an event that is refused moves its counter, and a number that is not finite is noted");
  }

  @Test
  void startGivesEqualSharesAndCoefficientsOfEpochZero() {
    ImportanceSnapshot first = snapshot(RunFold.fresh().fold(started(0, start())));
    assertEquals(RunPhase.RUN_PHASE_TRAINING, first.getPhase());
    assertEquals(0.5, first.getGroups(0).getImportance(), 1e-15);
    assertEquals(2, first.getGroups(0).getRank(), "ties break by id: encoder.2 after encoder.1");
    assertEquals(0, first.getGroups(0).getMeanAbsoluteParameter());
    assertEquals(0, first.getCoefficients().getEpoch());
    assertEquals(0, first.getCoefficients().getLambdaWeight());
    assertEquals(1, first.getCoefficients().getLambda(0));
    assertFalse(first.hasTrainingLoss());
  }

  @Test
  void epochEndGivesCoefficientsOfTheNextEpoch() {
    fold.fold(
        summary(1, s -> s.setOverallMeanAbsoluteGradient(3).setOverallMeanAbsolutePenalty(1)));
    ImportanceSnapshot snapshot = snapshot(fold.fold(epoch(2, 0)));
    assertEquals(1, snapshot.getEpochsCompleted());
    assertEquals(1, snapshot.getCoefficients().getEpoch());
    assertEquals(0.02 * 3, snapshot.getCoefficients().getLambdaWeight(), 1e-15);
    assertFalse(snapshot.getPenaltyOutweighsTask());
    assertTrue(snapshot.hasTrainingLoss());
  }

  @Test
  void penaltyThatOutweighsTheTaskIsSaidForItsEpochAlone() {
    fold.fold(
        summary(1, s -> s.setOverallMeanAbsoluteGradient(1).setOverallMeanAbsolutePenalty(2)));
    assertTrue(snapshot(fold.fold(epoch(2, 0))).getPenaltyOutweighsTask());
    fold.fold(
        summary(3, s -> s.setOverallMeanAbsoluteGradient(2).setOverallMeanAbsolutePenalty(1)));
    assertFalse(snapshot(fold.fold(epoch(4, 1))).getPenaltyOutweighsTask());
  }

  @Test
  void jumpCountsWhatIsMissing() {
    fold.fold(summary(5, s -> {}));
    assertEquals(4, snapshot(fold.fold(epoch(6, 0))).getMissingEvents());
    assertEquals(7, snapshot(fold.fold(epoch(10, 1))).getMissingEvents());
  }

  @Test
  void lostEpochEndDoesNotHoldCoefficientsBack() {
    ImportanceSnapshot snapshot = snapshot(fold.fold(epoch(9, 4)));
    assertEquals(5, snapshot.getCoefficients().getEpoch());
  }

  @Test
  void completionGivesSnapshotAndRanking() {
    Outcome.Folded last = assertInstanceOf(Outcome.Folded.class, fold.fold(completed(1)));
    assertEquals(RunPhase.RUN_PHASE_COMPLETED, last.snapshot().orElseThrow().getPhase());
    Ranking ranking = last.ranking().orElseThrow();
    assertEquals("m", ranking.getModel());
    assertEquals("d", ranking.getModelDigest());
    assertEquals(64, ranking.getLogDigest().length());
    assertEquals("encoder.1", ranking.getGroups(0).getGroupId());
  }

  @Test
  void failureGivesSnapshotWithItsReasonAndNoRanking() {
    Outcome outcome =
        fold.fold(at(1, e -> e.setRunFailed(RunFailed.newBuilder().setReason("no data"))));
    assertEquals(RunPhase.RUN_PHASE_FAILED, snapshot(outcome).getPhase());
    assertEquals("no data", snapshot(outcome).getFailure());
    assertTrue(((Outcome.Folded) outcome).ranking().isEmpty());
  }

  @Test
  void lossesThatDivergedStillEndTheEpoch() {
    EpochCompleted.Builder end = EpochCompleted.newBuilder().setTrainingLoss(Double.NaN);
    assertTrue(
        Double.isNaN(snapshot(fold.fold(at(1, e -> e.setEpochCompleted(end)))).getTrainingLoss()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1, 1e101})
  void numbersOutOfRangeAreRejected(double bad) {
    String rule = " = " + bad + ": must be from 0 to 1.0E100";
    rejected(
        summary(1, s -> s.setMeanAbsoluteGradient(1, bad)), "mean_absolute_gradient[1]" + rule);
    rejected(summary(1, s -> s.setMeanSquaredGradient(0, bad)), "mean_squared_gradient[0]" + rule);
    rejected(summary(1, s -> s.setL1Norm(1, bad)), "l1_norm[1]" + rule);
    rejected(
        summary(1, s -> s.setOverallMeanAbsoluteGradient(bad)),
        "gradient_summary.overall_mean_absolute_gradient" + rule);
    rejected(
        summary(1, s -> s.setOverallMeanAbsolutePenalty(bad)),
        "gradient_summary.overall_mean_absolute_penalty" + rule);
    rejected(
        at(1, e -> e.setEpochCompleted(EpochCompleted.newBuilder().setSeconds(bad))),
        "epoch_completed.seconds" + rule);
  }

  @Test
  void summariesOfOtherShapeAreRejected() {
    rejected(
        summary(1, s -> s.clearCount().addCount(1)),
        "number of gradient_summary.count = 1: must be 2, one a group");
    rejected(
        summary(1, s -> s.addL1Norm(1)),
        "number of gradient_summary.l1_norm = 3: must be 2, one a group");
    rejected(summary(1, s -> s.setCount(0, 0)), "count[0] = 0: must be at least 1");
    rejected(summary(1, s -> s.setLoss(Double.NaN)), "gradient_summary.loss = NaN: must be finite");
    rejected(summary(1, s -> s.setEpoch(-1)), "gradient_summary.epoch = -1: must be at least 0");
    rejected(summary(1, s -> s.setBatch(-1)), "gradient_summary.batch = -1: must be at least 0");
    rejected(
        summary(1, s -> s.setCoefficientsEpoch(-2)),
        "gradient_summary.coefficients_epoch = -2: must be at least -1");
  }

  @Test
  void eventsThatAreNoneAreRejected() {
    rejected(at(1, e -> {}), "event = not set: must be one of the contract");
    rejected(at(1, e -> e.setRunId("")), "run_id = \"\": must be 1 to 64 characters of [a-z0-9-]");
    rejected(
        at(1, e -> e.setRunId("Run 1")),
        "run_id = \"Run 1\": must be 1 to 64 characters of [a-z0-9-]");
    rejected(epoch(-1, 0), "sequence = -1: must be at least 0");
    rejected(
        at(1, e -> e.setRunFailed(RunFailed.newBuilder().setReason("x".repeat(300_000)))),
        "event size = 300017: must be at most 262144 bytes");
  }

  @Test
  void eventsOfAnotherRunAreRejected() {
    TrainingEvent other = epoch(1, 0).toBuilder().setRunId("run-2").build();
    rejected(other, "run_id = run-2: must be run-1");
  }

  @Test
  void secondStartIsRejectedUnlessItIsTheSame() {
    rejected(
        started(0, start().setSeed(9)),
        "run_started = event 0: the run is open with other content");
    rejected(started(1, start()), "sequence = 1: must be 0 for run_started");
    assertEquals(new Outcome.Duplicate(), fold.fold(started(0, start())));
  }

  @Test
  void epochsDoNotComeTwice() {
    fold.fold(epoch(1, 1));
    rejected(epoch(2, 1), "epoch_completed.epoch = 1: must be at least 2, the epoch that is open");
    rejected(
        epoch(2, -1), "epoch_completed.epoch = -1: must be at least 2, the epoch that is open");
  }

  @Test
  void nothingFollowsTheEnd() {
    fold.fold(completed(1));
    rejected(summary(2, s -> {}), "sequence = 2: the run ended with event 1");
    assertEquals(new Outcome.Duplicate(), fold.fold(completed(1)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void endedRunIsSmallAndStillKnowsItsEvents(boolean well) throws Exception {
    String text = "x".repeat(200_000);
    RunStarted.Builder start = start().putSettings("note", text);
    TrainingEvent end =
        at(
            3,
            well
                ? e -> e.setRunCompleted(RunCompleted.newBuilder().setModel(text))
                : e -> e.setRunFailed(RunFailed.newBuilder().setReason(text)));
    RunFold whole = RunFold.fresh();
    whole.fold(started(0, start));
    whole.fold(summary(2, s -> s.setStaleCoefficients(true)));
    whole.fold(end);
    assertEquals(!well, RunFold.canGoOn(whole.state()));
    whole.giveUp();
    whole.fold("run-1", new byte[] {-1});

    byte[] kept = whole.state().toByteArray();
    assertTrue(kept.length < 200, () -> kept.length + " bytes");
    RunFold restored = restore(FoldState.parseFrom(kept));
    assertEquals(whole.state(), restored.state());
    for (RunFold ended : new RunFold[] {whole, restored}) {
      assertTrue(ended.isOpen());
      assertEquals(new Outcome.Duplicate(), ended.fold(started(0, start)));
      assertEquals(new Outcome.Duplicate(), ended.fold(summary(1, s -> {})));
      assertEquals(new Outcome.Duplicate(), ended.fold(end));
      assertEquals(
          new Outcome.Rejected(
              Outcome.Fault.INVALID, "run_started = event 0: the run is open with other content"),
          ended.fold(started(0, start().setSeed(9))));
      assertEquals(
          new Outcome.Rejected(Outcome.Fault.RUN_ENDED, "sequence = 4: the run ended with event 3"),
          ended.fold(epoch(4, 0)));
      assertEquals(
          new Outcome.Rejected(Outcome.Fault.RUN_ENDED, "sequence = 4: the run ended with event 3"),
          ended.fold(started(4, start)));
      FoldState state = ended.state();
      assertEquals(3, state.getDuplicateEvents());
      assertEquals(4, state.getRejectedEvents());
      assertEquals(1, state.getMissingEvents());
      assertEquals(1, state.getStaleSummaries());
    }
  }

  @Test
  void endedStateThatWasKeptWholeIsShrunkWhenRestored() {
    FoldState shrunk = restore(fold.state().toBuilder().setPhase(1).build()).state();
    assertFalse(shrunk.hasStart());
    assertEquals(new Outcome.Duplicate(), restore(shrunk).fold(started(0, start())));
  }

  private static RunFold restore(FoldState state) {
    return RunFold.restore(state, UnitMemory.onHeap());
  }

  @Test
  void refusedRecordsAreCounted() {
    fold.fold("run-1", new byte[] {-1});
    assertEquals(1, snapshot(fold.fold(epoch(1, 0))).getRejectedEvents());
  }

  @Test
  void equalLogsHaveEqualDigestsWhateverTheOrderOfTheirMaps() {
    RunFold one = RunFold.fresh();
    RunFold other = RunFold.fresh();
    one.fold(started(0, start().putSettings("a", "1").putSettings("b", "2")));
    other.fold(started(0, start().putSettings("b", "2").putSettings("a", "1")));
    assertEquals(one.state().getLogDigest(), other.state().getLogDigest());
  }
}
