package dev.espalier.importance.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.importance.v1.Diagnosis;
import dev.espalier.importance.v1.DiagnosisKind;
import dev.espalier.importance.v1.FoldState;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitScores;
import dev.espalier.training.v1.TrainingEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReferenceTest {
  private static final int SEEDS = 300;

  @Test
  void foldEqualsTheReferenceBitForBit() throws Exception {
    long verdicts = 0;
    long collapses = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      String why = "seed " + seed;
      List<TrainingEvent> log = Logs.rough("run-" + seed, seed);
      List<Reference.Expected> expected = Reference.of(log);

      RunFold fold = RunFold.fresh();
      List<Outcome.Folded> outputs = outputs(log.stream().map(fold::fold).toList());

      assertEquals(expected.size(), outputs.size(), why);
      for (int i = 0; i < expected.size(); i++) {
        compare(expected.get(i), outputs.get(i), why + " output " + i);
      }
      collapses += expected.getLast().collapse().isPresent() ? 1 : 0;
      verdicts +=
          outputs.getLast().snapshot().orElseThrow().getGroupsList().stream()
              .filter(GroupImportance::hasCriticality)
              .count();
    }
    assertTrue(verdicts > SEEDS / 4, verdicts + " verdicts compared");
    assertTrue(collapses > SEEDS / 20, collapses + " collapses compared");
  }

  @Test
  void restoredFoldGoesOnBitForBit() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      List<TrainingEvent> log = Logs.rough("run-" + seed, seed);
      RunFold whole = RunFold.fresh();
      UnitMemory memory = UnitMemory.onHeap();
      RunFold broken = RunFold.fresh(memory);
      SplittableRandom random = new SplittableRandom(seed);
      for (TrainingEvent event : log) {
        assertEquals(whole.fold(event), broken.fold(event), "seed " + seed);
        if (random.nextInt(3) == 0) {
          broken = RunFold.restore(FoldState.parseFrom(broken.state().toByteArray()), memory);
        }
      }
      assertEquals(whole.state(), broken.state(), "seed " + seed);
    }
  }

  @Test
  void repetitionsChangeNothingButTheirCounter() {
    for (long seed = 0; seed < SEEDS; seed++) {
      RunFold once = RunFold.fresh();
      RunFold again = RunFold.fresh();
      List<TrainingEvent> log = Logs.any("run-" + seed, seed);
      for (TrainingEvent event : log) {
        once.fold(event);
        again.fold(event);
        assertEquals(new Outcome.Duplicate(), again.fold(event), "seed " + seed);
      }
      assertEquals(log.size(), again.state().getDuplicateEvents());
      assertEquals(
          once.state(), again.state().toBuilder().clearDuplicateEvents().build(), "seed " + seed);
    }
  }

  private static List<Outcome.Folded> outputs(List<Outcome> outcomes) {
    List<Outcome.Folded> outputs = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      assertTrue(!(outcome instanceof Outcome.Rejected), outcome::toString);
      if (outcome instanceof Outcome.Folded folded && folded.snapshot().isPresent()) {
        outputs.add(folded);
      }
    }
    return outputs;
  }

  private static void compare(Reference.Expected expected, Outcome.Folded got, String why) {
    compare(expected, got.snapshot().orElseThrow(), why);
    assertEquals(expected.ranks(), got.ranking().isPresent(), why);
    got.ranking().ifPresent(ranking -> compare(expected, ranking, why));
    assertEquals(expected.withdraws(), got.withdrawn().ranking(), why);
    assertEquals(
        expected.publishesUnits() ? expected.units() : List.of(),
        got.units().stream().map(UnitScores::getEvidence).toList(),
        why);
  }

  private static void compare(Reference.Expected expected, ImportanceSnapshot got, String why) {
    assertEquals(expected.phase(), got.getPhase(), why);
    assertEquals(expected.sequence(), got.getSequence(), why);
    assertEquals(expected.epoch(), got.getEpochsCompleted(), why);
    assertEquals(expected.summaries(), got.getSummaries(), why);
    assertEquals(expected.missing(), got.getMissingEvents(), why);
    assertEquals(expected.duplicates(), got.getDuplicateEvents(), why);
    assertEquals(expected.stale(), got.getStaleSummaries(), why);
    assertEquals(expected.outweighs(), got.getPenaltyOutweighsTask(), why);
    assertEquals(expected.time(), got.getTime(), why);
    assertEquals(expected.groups().size(), got.getGroupsCount(), why);
    assertEquals(expected.epoch(), got.getCoefficients().getEpoch(), why);
    assertEquals(expected.tau().isPresent(), got.hasRankStability(), why);
    assertEquals(expected.tau().orElse(0), got.getRankStability(), 1e-12, why);
    compare(expected.collapse(), got.getDiagnosesList(), why);
    same(expected.weight(), got.getCoefficients().getLambdaWeight(), why);
    for (int i = 0; i < got.getGroupsCount(); i++) {
      compare(expected.groups().get(i), got.getGroups(i), why);
      assertEquals(expected.groups().get(i).id(), got.getCoefficients().getGroupId(i), why);
      same(expected.lambda()[i], got.getCoefficients().getLambda(i), why);
    }
  }

  private static void compare(Reference.Expected expected, Ranking got, String why) {
    assertEquals(expected.digest(), got.getLogDigest(), why);
    assertEquals(expected.units(), got.getUnitsList(), why);
    assertEquals(expected.units().size(), got.getUnitRecords(), why);
    assertEquals(expected.tau().orElse(0), got.getRankStability(), 1e-12, why);
    assertEquals(expected.summaries(), got.getSummaries(), why);
    assertEquals(expected.missing(), got.getMissingEvents(), why);
    assertEquals(expected.epoch(), got.getEpochsCompleted(), why);
    compare(expected.collapse(), got.getDiagnosesList(), why);
    for (Reference.Group group : expected.groups()) {
      compare(group, got.getGroups(group.rank() - 1), why);
    }
  }

  private static void compare(Reference.Group expected, GroupImportance got, String why) {
    assertEquals(expected.id(), got.getGroupId(), why);
    assertEquals(expected.parameters(), got.getParameters(), why);
    assertEquals(expected.rank(), got.getRank(), why);
    same(expected.gradient(), got.getGradientAccumulation(), why);
    same(expected.fisher(), got.getFisherInformation(), why);
    same(expected.bayesian(), got.getBayesianUncertainty(), why);
    same(expected.spread(), got.getBayesianSpread(), why);
    same(expected.importance(), got.getImportance(), why);
    same(expected.meanAbsoluteParameter(), got.getMeanAbsoluteParameter(), why);
    assertEquals(
        expected.criticality(),
        got.hasCriticality() ? Optional.of(got.getCriticality()) : Optional.empty(),
        why);
  }

  private static void compare(
      Optional<Reference.Collapse> expected, List<Diagnosis> diagnoses, String why) {
    List<Diagnosis> got =
        diagnoses.stream()
            .filter(d -> d.getKind() == DiagnosisKind.DIAGNOSIS_KIND_COLLAPSED)
            .toList();
    assertEquals(expected.isPresent() ? 1 : 0, got.size(), why);
    expected.ifPresent(
        collapse -> {
          Diagnosis its = got.getFirst();
          assertEquals(collapse.firstEpoch(), its.getFirstEpoch(), why);
          assertEquals(collapse.lastEpoch(), its.getLastEpoch(), why);
          same(collapse.share(), its.getEvidence(0).getValue(), why);
          same(collapse.most(), its.getEvidence(0).getThreshold(), why);
          same(collapse.before(), its.getEvidence(1).getValue(), why);
          same(collapse.after(), its.getEvidence(2).getValue(), why);
        });
  }

  private static void same(double expected, double got, String why) {
    assertEquals(Double.doubleToRawLongBits(expected), Double.doubleToRawLongBits(got), why);
  }
}
