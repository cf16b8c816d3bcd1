package dev.espalier.importance.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.espalier.graph.v1.GroupKind;
import dev.espalier.importance.v1.Diagnosis;
import dev.espalier.importance.v1.DiagnosisKind;
import dev.espalier.importance.v1.Evidence;
import dev.espalier.importance.v1.FoldState;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunPruned;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DiagnosesTest {
  private final UnitMemory memory = UnitMemory.onHeap();
  private RunFold fold = RunFold.fresh(memory);
  private long sequence;
  private int epoch;

  @BeforeEach
  void open() {
    RunStarted.Builder start =
        RunStarted.newBuilder()
            .setEpochs(9)
            .setBatchesPerEpoch(1)
            .setImportance(ImportanceSettings.newBuilder().setEmaFactor(0));
    for (String id : List.of("a", "b", "c", "d")) {
      start.addGroups(
          GroupShape.newBuilder()
              .setId(id)
              .setKind(
                  id.compareTo("c") < 0
                      ? GroupKind.GROUP_KIND_COMPONENT
                      : GroupKind.GROUP_KIND_COUPLING)
              .addComponents("encoder")
              .setParameters(1));
    }
    fold.fold(next(e -> e.setRunStarted(start)));
  }

  private TrainingEvent next(Consumer<TrainingEvent.Builder> change) {
    TrainingEvent.Builder event =
        TrainingEvent.newBuilder().setRunId("run-1").setSequence(sequence++);
    change.accept(event);
    return event.build();
  }

  private TrainingEvent batch(double... gradients) {
    GradientSummary.Builder summary =
        GradientSummary.newBuilder().setEpoch(epoch).setBatch(3).setOverallMeanAbsoluteGradient(1);
    for (double gradient : gradients) {
      summary
          .addMeanAbsoluteGradient(gradient)
          .addMeanSquaredGradient(gradient * gradient)
          .addL1Norm(1)
          .addCount(1);
    }
    return next(e -> e.setGradientSummary(summary));
  }

  private Outcome.Folded epoch(double... gradients) {
    fold.fold(batch(gradients));
    int ended = epoch++;
    return (Outcome.Folded)
        fold.fold(next(e -> e.setEpochCompleted(EpochCompleted.newBuilder().setEpoch(ended))));
  }

  private static List<DiagnosisKind> kinds(List<Diagnosis> diagnoses) {
    return diagnoses.stream().map(Diagnosis::getKind).toList();
  }

  @Test
  void flatRunSaysSoOnceAndRemembersWhen() {
    assertEquals(List.of(), epoch(1, 9, 2, 5).found());
    Outcome.Folded second = epoch(1, 1, 1, 1);
    assertEquals(List.of(), second.found(), "the posterior still tells groups apart");
    for (int i = 0; i < 2000 && fold.state().getDiagnosesCount() == 0; i++) {
      second = epoch(1, 1, 1, 1);
    }
    assertEquals(List.of(DiagnosisKind.DIAGNOSIS_KIND_FLAT), kinds(second.found()));
    int first = epoch - 1;
    Outcome.Folded third = epoch(1, 1, 1, 1);
    assertEquals(List.of(), third.found());
    Diagnosis flat = third.snapshot().orElseThrow().getDiagnoses(0);
    assertEquals(first, flat.getFirstEpoch());
    assertEquals(first + 1, flat.getLastEpoch());
    assertEquals(0.05, flat.getEvidence(0).getThreshold());
  }

  @Test
  void couplingGroupsThatLeadAreToldInSnapshotAndRanking() throws Exception {
    Outcome.Folded ended = epoch(1, 2, 3, 4);
    assertEquals(List.of(DiagnosisKind.DIAGNOSIS_KIND_COUPLING_FIRST), kinds(ended.found()));
    assertEquals(ended.found(), ended.snapshot().orElseThrow().getDiagnosesList());
    fold = RunFold.restore(fold.state(), memory);
    Outcome.Folded last =
        (Outcome.Folded)
            fold.fold(next(e -> e.setRunCompleted(RunCompleted.newBuilder().setModel("m"))));
    assertEquals(List.of(), last.found(), "a restored run has said it");
    assertEquals(ended.found(), last.ranking().orElseThrow().getDiagnosesList());
  }

  @Test
  void rankingThatTurnsWithEveryEpochOscillates() {
    epoch(9, 1, 8, 2);
    assertEquals(List.of(), epoch(1, 90, 2, 80).found());
    Outcome.Folded third = epoch(900, 1, 800, 2);
    assertEquals(List.of(DiagnosisKind.DIAGNOSIS_KIND_OSCILLATING), kinds(third.found()));
    assertTrue(third.snapshot().orElseThrow().getRankStability() < 0.5);
  }

  @Test
  void numberThatIsNotFiniteIsRefusedAndNamed() {
    Outcome.Rejected first =
        assertInstanceOf(Outcome.Rejected.class, fold.fold(batch(1, Double.NaN, 1, 1)));
    Diagnosis found = first.found().getFirst();
    assertEquals(DiagnosisKind.DIAGNOSIS_KIND_NOT_FINITE, found.getKind());
    assertEquals("b", found.getGroupId());
    assertEquals(3, found.getBatch());
    assertEquals("gradient_summary.mean_absolute_gradient", found.getEvidence(0).getName());
    assertTrue(Double.isNaN(found.getEvidence(0).getValue()));
    epoch = 4;
    assertEquals(List.of(), fold.fold(batch(Double.NaN, 1, 1, 1)).found());
    Diagnosis kept = fold.state().getDiagnoses(0);
    assertEquals(found.toBuilder().setLastEpoch(4).build(), kept, "the first stands");
  }

  @Test
  void lossThatIsNotFiniteIsToldWithItsEpoch() {
    Outcome ended =
        fold.fold(
            next(
                e ->
                    e.setEpochCompleted(
                        EpochCompleted.newBuilder().setValidationLoss(Double.NaN))));
    Diagnosis found = ended.found().getFirst();
    assertEquals("", found.getGroupId());
    assertEquals(-1, found.getBatch());
    assertTrue(found.getAdvice().contains("epoch_completed.validation_loss is NaN in epoch 0."));
  }

  /** A cut that takes nothing. */
  private RunPruned.Builder cut(double initial, double before, double after) {
    RunPruned.Builder cut =
        RunPruned.newBuilder()
            .setAfterEpochs(epoch)
            .setModel("m")
            .setModelDigest("ab".repeat(32))
            .addAllGroups(fold.state().getStart().getGroupsList())
            .setInitialValidationLoss(initial)
            .setValidationLossBefore(before)
            .setValidationLossAfter(after);
    fold.state().getStart().getGroupsList().forEach(group -> cut.addKept(ByteString.EMPTY));
    return cut;
  }

  private Outcome.Folded fold(RunPruned.Builder cut) {
    return assertInstanceOf(Outcome.Folded.class, fold.fold(next(e -> e.setRunPruned(cut))));
  }

  @Test
  void cutThatCollapsesIsToldFromThereOn() throws Exception {
    epoch(1, 9, 2, 5);
    epoch(1, 9, 2, 5);
    assertEquals(List.of(), fold(cut(4, 2, 3)).found(), "half of the gain is bearable");
    Outcome.Folded made = fold(cut(4, 2, 3.5));
    assertEquals(List.of(DiagnosisKind.DIAGNOSIS_KIND_COLLAPSED), kinds(made.found()));
    Diagnosis found = made.found().getFirst();
    assertEquals(List.of(found), made.snapshot().orElseThrow().getDiagnosesList());
    assertEquals(1, found.getFirstEpoch());
    assertEquals(1, found.getLastEpoch());
    assertEquals(
        List.of(0.75, 2.0, 3.5), found.getEvidenceList().stream().map(Evidence::getValue).toList());
    assertEquals(0.5, found.getEvidence(0).getThreshold());
    assertFalse(found.getEvidence(1).hasThreshold());

    fold = RunFold.restore(FoldState.parseFrom(fold.state().toByteArray()), memory);
    Outcome.Folded third = epoch(1, 9, 2, 5);
    assertEquals(List.of(), third.found(), "a restored run has said it");
    assertEquals(List.of(found), third.snapshot().orElseThrow().getDiagnosesList());
    Outcome.Folded harmless = fold(cut(4, 2, 2.1));
    assertEquals(List.of(found), harmless.snapshot().orElseThrow().getDiagnosesList());
    Diagnosis again = fold(cut(4, 2, 5)).snapshot().orElseThrow().getDiagnoses(0);
    assertEquals(1, again.getFirstEpoch());
    assertEquals(2, again.getLastEpoch());
    assertEquals(1.5, again.getEvidence(0).getValue());
    Outcome.Folded last =
        (Outcome.Folded)
            fold.fold(next(e -> e.setRunCompleted(RunCompleted.newBuilder().setModel("m"))));
    assertEquals(List.of(again), last.ranking().orElseThrow().getDiagnosesList());
  }

  @Test
  void cutWhoseLossesAreNotAllMeasuredIsNotJudged() {
    epoch(1, 9, 2, 5);
    assertEquals(List.of(), fold(cut(4, -2, 9).clearInitialValidationLoss()).found());
    assertEquals(List.of(), fold(cut(4, -2, 9).clearValidationLossBefore()).found());
    assertEquals(List.of(), fold(cut(-4, -9, 0).clearValidationLossAfter()).found());
    assertEquals(0, fold.state().getDiagnosesCount());
  }

  @Test
  void lossOfACutThatIsNotFiniteIsRefusedAndNamed() {
    epoch(1, 9, 2, 5);
    for (UnaryOperator<RunPruned.Builder> change :
        List.<UnaryOperator<RunPruned.Builder>>of(
            c -> c.setInitialValidationLoss(Double.NaN),
            c -> c.setValidationLossBefore(Double.NaN),
            c -> c.setValidationLossAfter(Double.NaN))) {
      RunPruned.Builder bad = change.apply(cut(4, 2, 9));
      assertInstanceOf(Outcome.Rejected.class, fold.fold(next(e -> e.setRunPruned(bad))));
    }
    Diagnosis kept = fold.state().getDiagnoses(0);
    assertEquals(DiagnosisKind.DIAGNOSIS_KIND_NOT_FINITE, kept.getKind());
    assertTrue(
        kept.getAdvice().contains("run_pruned.initial_validation_loss is NaN in epoch 0."),
        kept.getAdvice());
    assertEquals(1, fold.state().getDiagnosesCount(), "nothing is judged by them");
  }
}
