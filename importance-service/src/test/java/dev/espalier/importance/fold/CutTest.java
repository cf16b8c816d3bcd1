package dev.espalier.importance.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.espalier.graph.v1.GroupKind;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.RunPhase;
import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.importance.v1.UnitScores;
import dev.espalier.importance.v1.UnitState;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.RunPruned;
import dev.espalier.training.v1.RunResumed;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import dev.espalier.training.v1.UnitSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Cuts of a run that trains, and runs that go on after an end. */
class CutTest {
  private static final int WIDE = 3 * Units.STRETCH + 100;
  private static final double GAMMA = 0.9;

  private final SplittableRandom random = new SplittableRandom(11);
  private final UnitMemory memory = UnitMemory.onHeap();
  private final RunFold fold = RunFold.fresh(memory);
  private final RunStarted.Builder groups =
      Logs.start(random, 2, 5, 2).setImportance(ImportanceSettings.newBuilder());
  private long sequence;

  private TrainingEvent next(Consumer<TrainingEvent.Builder> change) {
    TrainingEvent.Builder event =
        TrainingEvent.newBuilder().setRunId("run-1").setSequence(sequence++);
    change.accept(event);
    return event.build();
  }

  private Outcome.Folded fold(Consumer<TrainingEvent.Builder> change) {
    return assertInstanceOf(Outcome.Folded.class, fold.fold(next(change)));
  }

  private void open(int units) {
    groups.getGroupsBuilder(0).setId("a").setParameters(1_000_000).setUnits(units);
    groups.getGroupsBuilder(1).setId("b").setParameters(50).setUnits(0);
    fold(e -> e.setRunStarted(groups));
  }

  private Outcome.Folded epoch(int epoch) {
    fold(e -> e.setGradientSummary(Logs.summary(random, 2, epoch, 0)));
    return fold(
        e -> e.setEpochCompleted(EpochCompleted.newBuilder().setEpoch(epoch).setCutFollows(true)));
  }

  private RunPruned.Builder good() {
    RunPruned.Builder cut =
        RunPruned.newBuilder()
            .setAfterEpochs(1)
            .setModel("run-1/cut.onnx")
            .setModelDigest("ab".repeat(32))
            .addKept(ByteString.copyFrom(new byte[] {0b101, 0b10}))
            .addKept(ByteString.EMPTY);
    cut.addGroups(groups.getGroups(0).toBuilder().setParameters(60).setUnits(3));
    return cut.addGroups(groups.getGroups(1).toBuilder().setParameters(40));
  }

  @Test
  void cutsThatDoNotFitAreRefusedWithTheFieldNamed() {
    open(11);
    refused(c -> {}, "run_pruned.after_epochs = 1: must be at least 1 and 0, ");
    epoch(0);
    refused(c -> c.setAfterEpochs(2), "run_pruned.after_epochs = 2: must be at least 1 and 1, ");
    refused(c -> c.clearModel(), "run_pruned.model = \"\": must be set");
    refused(
        c -> c.setModelDigest("AB".repeat(32)),
        "run_pruned.model_digest = \"" + "AB".repeat(32) + "\": must be 64 lower-case");
    for (double bad :
        new double[] {Double.NaN, Double.NEGATIVE_INFINITY, Math.nextUp(1e100), -2e100}) {
      String words = " = " + bad + ": must be from -1.0E100 to 1.0E100";
      refused(c -> c.setInitialValidationLoss(bad), "run_pruned.initial_validation_loss" + words);
      refused(c -> c.setValidationLossBefore(bad), "run_pruned.validation_loss_before" + words);
      refused(c -> c.setValidationLossAfter(bad), "run_pruned.validation_loss_after" + words);
    }
    refused(c -> c.removeGroups(1), "number of run_pruned.groups = 1: must be 2, one a group");
    refused(c -> c.clearKept(), "number of run_pruned.kept = 0: must be 2, one a group");
    refused(c -> swap(c), "run_pruned.groups[0].id = \"b\": must be \"a\", as in run_started");
    refused(
        c -> c.getGroupsBuilder(1).setKind(GroupKind.GROUP_KIND_COUPLING),
        "run_pruned.groups[1].kind = 2: must be 1, as in run_started");
    refused(
        c -> c.getGroupsBuilder(1).addComponents("x"),
        "run_pruned.groups[1].components = [encoder, x]: must be [encoder], as in run_started");
    refused(
        c -> c.getGroupsBuilder(1).setParameters(51),
        "run_pruned.groups[1].parameters = 51: must be from 1 to 50, the number before");
    refused(
        c -> c.getGroupsBuilder(1).setUnits(1),
        "run_pruned.groups[1].units = 1: must be from 0 to 0, the number before");
    refused(
        c -> c.getGroupsBuilder(0).setUnits(0),
        "run_pruned.groups[0].units = 0: must be from 1 to 11, the number before");
    refused(
        c -> c.getGroupsBuilder(0).setUnits(4),
        "bits set in run_pruned.kept[0] = 3: must be 4, the group's units");
    refused(
        c -> c.setKept(0, ByteString.copyFrom(new byte[] {7})),
        "size of run_pruned.kept[0] = 1: must be 2 bytes, a bit a unit");
    refused(
        c -> c.setKept(0, ByteString.copyFrom(new byte[] {3, 8})),
        "run_pruned.kept[0] = bits beyond unit 10: must be 0");
    refused(
        c -> c.setKept(0, ByteString.EMPTY),
        "run_pruned.kept[0] = empty: must say which 3 of 11 stay");
    refused(
        c -> c.setKept(1, ByteString.copyFrom(new byte[] {1})),
        "size of run_pruned.kept[1] = 1: must be 0 bytes, a bit a unit");
    Outcome.Folded cut = fold(e -> e.setRunPruned(good()));
    assertEquals(60, cut.snapshot().orElseThrow().getGroups(0).getParameters());
    refused(c -> {}, "size of run_pruned.kept[0] = 2: must be 1 bytes, a bit a unit");
  }

  private static void swap(RunPruned.Builder cut) {
    RunPruned was = cut.build();
    cut.setGroups(0, was.getGroups(1)).setGroups(1, was.getGroups(0));
  }

  private void refused(Consumer<RunPruned.Builder> change, String reason) {
    RunPruned.Builder cut = good();
    change.accept(cut);
    Outcome outcome = fold.fold(next(e -> e.setRunPruned(cut)));
    String got = assertInstanceOf(Outcome.Rejected.class, outcome).reason();
    assertTrue(got.startsWith(reason), got);
  }

  @Test
  void whatFollowsACutHasItsShape() {
    open(11);
    epoch(0);
    fold(e -> e.setRunPruned(good()));
    UnitSummary.Builder old = UnitSummary.newBuilder().setGroupId("a");
    for (int i = 0; i < 11; i++) {
      old.addTaylor(i);
    }
    assertEquals(
        "number of unit_summary.taylor = 11: must be 3, one a unit of the stretch, or 0",
        ((Outcome.Rejected) fold.fold(next(e -> e.setUnitSummary(old)))).reason());
    fold(e -> e.setUnitSummary(old.clearTaylor().addAllTaylor(List.of(1f, 2f, 3f))));
    Outcome.Folded last = fold(e -> e.setRunCompleted(RunCompleted.newBuilder().setModel("m")));
    assertEquals(3, last.units().getFirst().getUnits());
    assertEquals(
        new Outcome.Duplicate(),
        fold.fold(
            TrainingEvent.newBuilder().setRunId("run-1").setRunStarted(startedWith(11)).build()),
        "the start is known again as it came");
  }

  private RunStarted startedWith(int units) {
    RunStarted.Builder start = groups.clone();
    start.getGroupsBuilder(0).setUnits(units);
    return start.build();
  }

  /** The averages by their definition, from all values of a unit. */
  private static double smooth(List<Float> values) {
    double smoothed = 0;
    for (float value : values) {
      smoothed = GAMMA * smoothed + (1 - GAMMA) * value;
    }
    return values.isEmpty() ? 0 : smoothed / (1 - StrictMath.pow(GAMMA, values.size()));
  }

  /** Some stretches miss summaries, so units come together that were seen more or less often. */
  @Test
  void evidenceOfAWideGroupMovesWithItsUnitsBitForBit() throws Exception {
    open(WIDE);
    List<List<Float>> seen = new ArrayList<>();
    for (int unit = 0; unit < WIDE; unit++) {
      seen.add(new ArrayList<>());
    }
    int published = 4;
    for (int epoch = 0; epoch < 4; epoch++) {
      for (int batch = 0; batch < 2; batch++) {
        for (int offset = 0; offset < seen.size(); offset += Units.STRETCH) {
          if (random.nextInt(4) > 0) {
            int length = Math.min(Units.STRETCH, seen.size() - offset);
            UnitSummary.Builder summary =
                UnitSummary.newBuilder().setGroupId("a").setOffset(offset);
            for (int i = 0; i < length; i++) {
              float value = (float) random.nextDouble();
              seen.get(offset + i).add(value);
              summary.addFisher(value).addTaylor(value / 2);
            }
            fold(e -> e.setUnitSummary(summary));
          }
        }
      }
      compare(epoch(epoch).units(), seen);
      RunPruned.Builder cut = cut(seen, epoch + 1);
      Outcome.Folded after = fold(e -> e.setRunPruned(cut));
      compare(after.units(), seen);
      int stretches = (seen.size() + Units.STRETCH - 1) / Units.STRETCH;
      assertEquals(stretches, after.units().size());
      assertEquals(published - stretches, after.withdrawn().unitKeys().size());
      for (int stretch = stretches; stretch < 4; stretch++) {
        assertTrue(memory.get(0, stretch).isEmpty());
      }
      published = stretches;
    }
    assertTrue(seen.size() < Units.STRETCH, seen.size() + " units left");
    UnitState state = memory.get(0, 0).orElseThrow();
    assertTrue(state.getUnitSummariesCount() > 0, "units differ in what is known of them");
    assertTrue(state.getSerializedSize() < 240_000);
  }

  private RunPruned.Builder cut(List<List<Float>> seen, int epochs) {
    byte[] kept = new byte[(seen.size() + 7) / 8];
    List<List<Float>> stay = new ArrayList<>();
    for (int unit = 0; unit < seen.size(); unit++) {
      if (unit % 3 == 0 || random.nextInt(4) == 0) {
        kept[unit / 8] |= (byte) (1 << unit % 8);
        stay.add(seen.get(unit));
      }
    }
    seen.clear();
    seen.addAll(stay);
    groups.getGroupsBuilder(0).setUnits(stay.size());
    return good()
        .setAfterEpochs(epochs)
        .setKept(0, ByteString.copyFrom(kept))
        .clearGroups()
        .addAllGroups(groups.getGroupsList());
  }

  private static void compare(List<UnitScores> scores, List<List<Float>> seen) {
    int compared = 0;
    for (UnitScores stretch : scores) {
      UnitEvidence evidence = stretch.getEvidence();
      assertEquals(seen.size(), stretch.getUnits());
      for (int i = 0; i < evidence.getFisherCount(); i++) {
        List<Float> values = seen.get(stretch.getOffset() + i);
        assertEquals(smooth(values), evidence.getFisher(i));
        assertEquals(
            smooth(values.stream().map(value -> value / 2).toList()), evidence.getTaylor(i));
        compared++;
      }
    }
    assertEquals(seen.size(), compared);
  }

  @Test
  void stretchesThatRecordDifferentThingsAreForgottenTogether() {
    open(Units.STRETCH + 1);
    UnitSummary.Builder first = UnitSummary.newBuilder().setGroupId("a");
    for (int i = 0; i < Units.STRETCH; i++) {
      first.addFisher(1);
    }
    fold(e -> e.setUnitSummary(first));
    fold(
        e ->
            e.setUnitSummary(
                UnitSummary.newBuilder().setGroupId("a").setOffset(Units.STRETCH).addTaylor(1)));
    assertEquals(2, epoch(0).units().size());
    byte[] kept = new byte[Units.STRETCH / 8 + 1];
    kept[0] = 1;
    kept[Units.STRETCH / 8] = 1;
    Outcome.Folded cut =
        fold(
            e -> {
              RunPruned.Builder its = good().setKept(0, ByteString.copyFrom(kept));
              its.getGroupsBuilder(0).setUnits(2);
              e.setRunPruned(its);
            });
    assertTrue(cut.units().isEmpty());
    assertEquals(List.of("run-1/a/0", "run-1/a/8192"), cut.withdrawn().unitKeys());
  }

  @Test
  void endsOnTheWayLeaveNoTraceInTheScores() {
    for (boolean stops : new boolean[] {true, false}) {
      RunFold straight = RunFold.fresh();
      RunFold broken = RunFold.fresh();
      long shift = 0;
      List<TrainingEvent> log = Logs.completedWithUnits("run-1");
      for (TrainingEvent event : log) {
        straight.fold(event);
        if (event.getSequence() > 0 && event.getSequence() % 4 == 0) {
          TrainingEvent end = end(stops, event.getSequence() + shift);
          Outcome.Folded ended = (Outcome.Folded) broken.fold(end);
          assertEquals(stops, ended.ranking().isPresent());
          Outcome.Folded resumed = (Outcome.Folded) broken.fold(resumed(end.getSequence() + 1));
          assertEquals(stops, resumed.withdrawn().ranking());
          ImportanceSnapshot now = resumed.snapshot().orElseThrow();
          assertEquals(RunPhase.RUN_PHASE_TRAINING, now.getPhase());
          assertEquals("", now.getFailure());
          shift += 2;
        }
        Outcome outcome =
            broken.fold(event.toBuilder().setSequence(event.getSequence() + shift).build());
        if (event == log.getLast()) {
          List<GroupImportance> its =
              ((Outcome.Folded) outcome).ranking().map(Ranking::getGroupsList).orElseThrow();
          assertEquals(undisturbed(log), its);
        }
      }
      assertEquals(0, broken.state().getMissingEvents());
      assertEquals(
          new Outcome.Rejected(
              Outcome.Fault.RUN_ENDED,
              "sequence = 9999: the run ended with event " + (log.size() - 1 + shift)),
          broken.fold(resumed(9999)),
          "a run that completed its epochs does not go on");
    }
  }

  private static List<GroupImportance> undisturbed(List<TrainingEvent> log) {
    RunFold fold = RunFold.fresh();
    Outcome last = log.stream().map(fold::fold).reduce((a, b) -> b).orElseThrow();
    return ((Outcome.Folded) last).ranking().orElseThrow().getGroupsList();
  }

  private static TrainingEvent end(boolean stops, long sequence) {
    TrainingEvent.Builder end = TrainingEvent.newBuilder().setRunId("run-1").setSequence(sequence);
    return stops
        ? end.setRunCompleted(RunCompleted.newBuilder().setModel("s").setStopped(true)).build()
        : end.setRunFailed(RunFailed.newBuilder().setReason("lost")).build();
  }

  private static TrainingEvent resumed(long sequence) {
    return TrainingEvent.newBuilder()
        .setRunId("run-1")
        .setSequence(sequence)
        .setRunResumed(RunResumed.getDefaultInstance())
        .build();
  }
}
