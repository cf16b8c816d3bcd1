package dev.espalier.importance.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.importance.v1.FoldState;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitScores;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import dev.espalier.training.v1.UnitSummary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class UnitsTest {
  private static final int LARGEST_RECORD = 1_000_000;
  private static final double GAMMA = 0.9;

  private long sequence;

  private TrainingEvent next(Consumer<TrainingEvent.Builder> change) {
    TrainingEvent.Builder event =
        TrainingEvent.newBuilder().setRunId("run-1").setSequence(sequence++);
    change.accept(event);
    return event.build();
  }

  private TrainingEvent start(int... units) {
    RunStarted.Builder start =
        Logs.start(new SplittableRandom(7), units.length, 3, 2)
            .setImportance(ImportanceSettings.newBuilder());
    for (int i = 0; i < units.length; i++) {
      start.getGroupsBuilder(i).setId("g" + i).setUnits(units[i]);
    }
    return next(e -> e.setRunStarted(start));
  }

  private static UnitSummary.Builder stretch(
      SplittableRandom random, String group, int offset, int length) {
    UnitSummary.Builder summary = UnitSummary.newBuilder().setGroupId(group).setOffset(offset);
    for (int i = 0; i < length; i++) {
      float gradient = (float) random.nextDouble();
      summary.addGradient(gradient).addFisher(gradient * gradient).addTaylor(gradient / 3);
    }
    return summary;
  }

  private TrainingEvent units(UnitSummary.Builder summary) {
    return next(e -> e.setUnitSummary(summary));
  }

  private TrainingEvent completed() {
    return next(e -> e.setRunCompleted(RunCompleted.newBuilder().setModel("m")));
  }

  /** The averages by their definition, from all values of a unit. */
  private static double smooth(List<Float> values) {
    double smoothed = 0;
    for (float value : values) {
      smoothed = GAMMA * smoothed + (1 - GAMMA) * value;
    }
    return smoothed / (1 - StrictMath.pow(GAMMA, values.size()));
  }

  @Test
  void hundredThousandChannelsAreFoldedExactlyInBoundedRecords() throws Exception {
    int wide = 100_000;
    SplittableRandom random = new SplittableRandom(3);
    UnitMemory memory = UnitMemory.onHeap();
    RunFold fold = RunFold.fresh(memory);
    fold.fold(start(5, wide));
    Map<Integer, List<Float>> sampled = new HashMap<>();
    for (int batch = 0; batch < 4; batch++) {
      for (int offset = 0; offset < wide; offset += Units.STRETCH) {
        int length = Math.min(Units.STRETCH, wide - offset);
        UnitSummary.Builder summary = stretch(random, "g1", offset, length);
        for (int i : new int[] {0, length / 2, length - 1}) {
          sampled.computeIfAbsent(offset + i, k -> new ArrayList<>()).add(summary.getFisher(i));
        }
        TrainingEvent event = units(summary);
        assertTrue(event.getSerializedSize() <= EventCheck.LARGEST_EVENT);
        assertInstanceOf(Outcome.Folded.class, fold.fold(event));
      }
      fold = RunFold.restore(FoldState.parseFrom(fold.state().toByteArray()), memory);
    }
    assertTrue(memory.get(1, 0).orElseThrow().getSerializedSize() < LARGEST_RECORD);

    Outcome.Folded last = assertInstanceOf(Outcome.Folded.class, fold.fold(completed()));

    Ranking ranking = last.ranking().orElseThrow();
    assertEquals(0, ranking.getUnitsCount(), "too wide for the ranking itself");
    assertEquals(13, ranking.getUnitRecords());
    assertEquals(13, last.units().size());
    double[] fisher = new double[wide];
    for (UnitScores scores : last.units()) {
      assertTrue(scores.getSerializedSize() < LARGEST_RECORD);
      assertEquals(wide, scores.getUnits());
      assertEquals(4, scores.getSummaries());
      assertEquals("g1", scores.getEvidence().getGroupId());
      for (int i = 0; i < scores.getEvidence().getFisherCount(); i++) {
        fisher[scores.getOffset() + i] = scores.getEvidence().getFisher(i);
      }
    }
    sampled.forEach((unit, values) -> assertEquals(smooth(values), fisher[unit], "unit " + unit));
    assertTrue(memory.get(1, 0).isEmpty(), "forgotten once the run has ended");
  }

  @Test
  void narrowRunsHaveTheirUnitsInTheRanking() {
    RunFold fold = RunFold.fresh();
    fold.fold(start(2, 0, 3));
    fold.fold(units(UnitSummary.newBuilder().setGroupId("g2").addAllTaylor(List.of(1f, 2f, 3f))));
    fold.fold(units(UnitSummary.newBuilder().setGroupId("g2").addAllTaylor(List.of(3f, 2f, 1f))));
    Outcome.Folded last = (Outcome.Folded) fold.fold(completed());
    Ranking ranking = last.ranking().orElseThrow();
    assertEquals(1, ranking.getUnitsCount());
    assertEquals("g2", ranking.getUnits(0).getGroupId());
    assertEquals(0, ranking.getUnits(0).getFisherCount());
    assertEquals(smooth(List.of(1f, 3f)), ranking.getUnits(0).getTaylor(0));
    assertEquals(last.units().getFirst().getEvidence(), ranking.getUnits(0));
  }

  @Test
  void failedRunKeepsItsUnitsUntilItIsGivenUp() {
    UnitMemory memory = UnitMemory.onHeap();
    RunFold fold = RunFold.fresh(memory);
    fold.fold(start(2));
    fold.fold(units(UnitSummary.newBuilder().setGroupId("g0").addGradient(1).addGradient(1)));
    fold.fold(next(e -> e.setRunFailed(RunFailed.newBuilder().setReason("lost"))));
    assertTrue(memory.get(0, 0).isPresent());
    fold.giveUp();
    assertTrue(memory.get(0, 0).isEmpty());
  }

  @Test
  void hostileSummariesAreRefusedWithTheFieldNamed() {
    RunFold fold = RunFold.fresh();
    fold.fold(start(2, 0, Units.STRETCH + 1));
    UnitSummary good =
        UnitSummary.newBuilder().setGroupId("g0").addGradient(1).addGradient(2).build();
    fold.fold(units(good.toBuilder()));
    String number = ": must be from 0 to 1.0E100";
    refused(fold, good, s -> s.setGradient(1, -1), "unit_summary.gradient[1] = -1.0" + number);
    refused(
        fold, good, s -> s.setGradient(0, Float.NaN), "unit_summary.gradient[0] = NaN" + number);
    refused(
        fold,
        good,
        s -> s.addFisher(Float.POSITIVE_INFINITY).addFisher(0),
        "unit_summary.fisher[0] = Infinity" + number);
    refused(
        fold,
        good,
        s -> s.addGradient(1),
        "number of unit_summary.gradient = 3: must be 2, one a unit of the stretch, or 0");
    refused(
        fold,
        good,
        s -> s.clearGradient(),
        "number of unit_summary.gradient = 0: must be 2 where fisher and taylor are empty");
    refused(
        fold,
        good,
        s -> s.addTaylor(1).addTaylor(1),
        "number of unit_summary.taylor = 2: must be 0, as in the first summary of the stretch");
    refused(
        fold,
        good,
        s -> s.setGroupId("x"),
        "unit_summary.group_id = \"x\": must be one of run_started");
    refused(
        fold,
        good,
        s -> s.setGroupId("g1"),
        "unit_summary.group_id = \"g1\": must have units in run_started");
    String offset = ": must be a multiple of 8192 from 0 and below ";
    refused(fold, good, s -> s.setOffset(-8192), "unit_summary.offset = -8192" + offset + 2);
    refused(fold, good, s -> s.setOffset(1), "unit_summary.offset = 1" + offset + 2);
    refused(
        fold,
        good,
        s -> s.setGroupId("g2").setOffset(2 * Units.STRETCH),
        "unit_summary.offset = 16384" + offset + (Units.STRETCH + 1));
    refused(fold, good, s -> s.setEpoch(-1), "unit_summary.epoch = -1: must be at least 0");
    refused(fold, good, s -> s.setBatch(-1), "unit_summary.batch = -1: must be at least 0");
    sequence = 0;
    assertEquals(
        new Outcome.Rejected(
            Outcome.Fault.INVALID,
            "sum of run_started.groups.units = 262145: must be at most 262144"),
        RunFold.fresh().fold(start(Units.MOST_UNITS, 1)));
    sequence = 0;
    assertEquals(
        new Outcome.Rejected(
            Outcome.Fault.INVALID, "run_started.groups[0].units = -1: must be at least 0"),
        RunFold.fresh().fold(start(-1)));
  }

  private void refused(
      RunFold fold, UnitSummary good, Consumer<UnitSummary.Builder> change, String reason) {
    UnitSummary.Builder bad = good.toBuilder();
    change.accept(bad);
    assertEquals(reason, assertInstanceOf(Outcome.Rejected.class, fold.fold(units(bad))).reason());
  }

  @Test
  void recordsOfTheWidestRunStayBelowTheBusLimit() {
    RunStarted.Builder start =
        Logs.start(new SplittableRandom(7), 4000, 3, 2)
            .setImportance(ImportanceSettings.newBuilder().setPeriodEpochs(4));
    for (int i = 0; i < 4000; i++) {
      start
          .getGroupsBuilder(i)
          .setId("group-" + (10_000 + i))
          .setUnits(1)
          .setParameters(Long.MAX_VALUE);
    }
    RunFold fold = RunFold.fresh();
    fold.fold(next(e -> e.setRunStarted(start.putSettings("note", "x".repeat(90_000)))));
    SplittableRandom random = new SplittableRandom(9);
    for (int epoch = 0; epoch < 9; epoch++) {
      var summary = Logs.summary(random, 4000, epoch, 0);
      assertInstanceOf(Outcome.Folded.class, fold.fold(next(e -> e.setGradientSummary(summary))));
      int ended = epoch;
      Outcome.Folded end =
          (Outcome.Folded)
              fold.fold(
                  next(e -> e.setEpochCompleted(EpochCompleted.newBuilder().setEpoch(ended))));
      int size = end.snapshot().orElseThrow().getSerializedSize();
      assertTrue(size < LARGEST_RECORD, () -> size + " bytes");
    }
    int state = fold.state().getSerializedSize();
    assertTrue(state < LARGEST_RECORD, () -> state + " bytes");
    Outcome.Folded last = (Outcome.Folded) fold.fold(completed());
    int ranking = last.ranking().orElseThrow().getSerializedSize();
    assertTrue(ranking < LARGEST_RECORD, () -> ranking + " bytes");
  }
}
