package dev.espalier.importance.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.espalier.importance.v1.FoldState;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What must not matter to the fold does not matter, on random logs. */
class LogPropertiesTest {
  private static final int SEEDS = 200;

  private static List<ImportanceSnapshot> snapshots(List<TrainingEvent> log) {
    RunFold fold = RunFold.fresh();
    List<ImportanceSnapshot> snapshots = new ArrayList<>();
    for (TrainingEvent event : log) {
      if (fold.fold(event) instanceof Outcome.Folded folded) {
        folded.snapshot().ifPresent(snapshots::add);
      }
    }
    return snapshots;
  }

  @Test
  void aPrefixGivesThePrefixOfTheSnapshots() {
    for (long seed = 0; seed < SEEDS; seed++) {
      List<TrainingEvent> log = Logs.rough("run-1", seed);
      List<ImportanceSnapshot> whole = snapshots(log);
      int length = new SplittableRandom(seed).nextInt(log.size());
      List<ImportanceSnapshot> prefix = snapshots(log.subList(0, length));
      assertEquals(whole.subList(0, prefix.size()), prefix, "seed " + seed);
    }
  }

  /** The sums over groups run in another order, so shares may differ in their last digits. */
  @Test
  void theOrderOfTheGroupsDoesNotMatterToTheirScores() {
    for (long seed = 0; seed < SEEDS; seed++) {
      List<TrainingEvent> log = Logs.clean("run-1", seed);
      int groups = log.getFirst().getRunStarted().getGroupsCount();
      int[] order = permutation(new SplittableRandom(seed), groups);
      List<ImportanceSnapshot> straight = snapshots(log);
      List<ImportanceSnapshot> permuted =
          snapshots(log.stream().map(event -> permuted(event, order)).toList());
      assertEquals(straight.size(), permuted.size());
      for (int i = 0; i < straight.size(); i++) {
        compare(straight.get(i), permuted.get(i), "seed " + seed);
      }
    }
  }

  private static int[] permutation(SplittableRandom random, int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  private static TrainingEvent permuted(TrainingEvent event, int[] order) {
    return switch (event.getEventCase()) {
      case RUN_STARTED -> {
        RunStarted.Builder start = event.getRunStarted().toBuilder().clearGroups();
        for (int i : order) {
          start.addGroups(event.getRunStarted().getGroups(i));
        }
        yield event.toBuilder().setRunStarted(start).build();
      }
      case GRADIENT_SUMMARY -> {
        GradientSummary from = event.getGradientSummary();
        GradientSummary.Builder to =
            from.toBuilder()
                .clearMeanAbsoluteGradient()
                .clearMeanSquaredGradient()
                .clearL1Norm()
                .clearCount();
        for (int i : order) {
          to.addMeanAbsoluteGradient(from.getMeanAbsoluteGradient(i))
              .addMeanSquaredGradient(from.getMeanSquaredGradient(i))
              .addL1Norm(from.getL1Norm(i))
              .addCount(from.getCount(i));
        }
        yield event.toBuilder().setGradientSummary(to).build();
      }
      default -> event;
    };
  }

  private static void compare(
      ImportanceSnapshot straight, ImportanceSnapshot permuted, String why) {
    Map<String, GroupImportance> byId = new HashMap<>();
    permuted.getGroupsList().forEach(group -> byId.put(group.getGroupId(), group));
    for (GroupImportance group : straight.getGroupsList()) {
      GroupImportance other = byId.get(group.getGroupId());
      assertEquals(group.getGradientAccumulation(), other.getGradientAccumulation(), why);
      assertEquals(group.getFisherInformation(), other.getFisherInformation(), why);
      assertEquals(group.getBayesianUncertainty(), other.getBayesianUncertainty(), why);
      assertEquals(group.getBayesianSpread(), other.getBayesianSpread(), why);
      assertEquals(group.getMeanAbsoluteParameter(), other.getMeanAbsoluteParameter(), why);
      assertEquals(group.getImportance(), other.getImportance(), 1e-12, why);
      if (isApart(group, straight)) {
        assertEquals(group.getRank(), other.getRank(), why);
      }
    }
    assertEquals(
        straight.getCoefficients().getLambdaWeight(),
        permuted.getCoefficients().getLambdaWeight(),
        why);
  }

  private static boolean isApart(GroupImportance group, ImportanceSnapshot snapshot) {
    return snapshot.getGroupsList().stream()
        .filter(other -> other != group)
        .allMatch(other -> Math.abs(other.getImportance() - group.getImportance()) > 1e-12);
  }

  @Test
  void anEventThatComesLateIsDroppedAndItsPlaceCountedAsAGap() {
    for (long seed = 0; seed < SEEDS; seed++) {
      List<TrainingEvent> log = Logs.any("run-1", seed);
      int late = 1 + new SplittableRandom(seed).nextInt(log.size() - 1);
      if (!log.get(late).hasGradientSummary()) {
        continue;
      }
      List<TrainingEvent> without = new ArrayList<>(log);
      TrainingEvent event = without.remove(late);
      List<TrainingEvent> swapped = new ArrayList<>(without);
      swapped.add(late + 1, event);
      RunFold lost = RunFold.fresh();
      RunFold delayed = RunFold.fresh();
      without.forEach(lost::fold);
      for (TrainingEvent next : swapped) {
        Outcome outcome = delayed.fold(next);
        if (next == event) {
          assertInstanceOf(Outcome.Duplicate.class, outcome, "seed " + seed);
        }
      }
      assertEquals(1, delayed.state().getMissingEvents());
      assertEquals(1, delayed.state().getDuplicateEvents());
      assertEquals(
          lost.state(), delayed.state().toBuilder().clearDuplicateEvents().build(), "seed " + seed);
    }
  }

  @Test
  void whatIsRefusedMovesItsCounterAndNothingElse() {
    for (long seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<TrainingEvent> log = Logs.any("run-1", seed);
      RunFold undisturbed = RunFold.fresh();
      RunFold disturbed = RunFold.fresh();
      long refused = 0;
      for (TrainingEvent event : log) {
        assertEquals(outputs(undisturbed.fold(event)), outputs(disturbed.fold(event)));
        byte[] rubbish = rubbish(random, event);
        assertInstanceOf(Outcome.Rejected.class, disturbed.fold("run-1", rubbish), "seed " + seed);
        refused++;
      }
      FoldState state = disturbed.state();
      assertEquals(refused, state.getRejectedEvents());
      assertEquals(
          undisturbed.state(), state.toBuilder().clearRejectedEvents().build(), "seed " + seed);
    }
  }

  /** All but the counter of refusals. */
  private static Object outputs(Outcome outcome) {
    return outcome instanceof Outcome.Folded folded
        ? List.of(
            folded.snapshot().map(s -> s.toBuilder().clearRejectedEvents().build()),
            folded.ranking(),
            folded.units())
        : outcome;
  }

  private static byte[] rubbish(SplittableRandom random, TrainingEvent event) {
    TrainingEvent.Builder later = event.toBuilder().setSequence(event.getSequence() + 1_000);
    return switch (random.nextInt(5)) {
      case 0 -> new byte[] {-1, 7};
      case 1 -> event.toBuilder().setRunId("run-2").build().toByteArray();
      case 2 -> event.toBuilder().clearEvent().build().toByteArray();
      case 3 ->
          later.setGradientSummary(GradientSummary.newBuilder().addCount(-1)).build().toByteArray();
      default -> later.setRunStarted(RunStarted.getDefaultInstance()).build().toByteArray();
    };
  }
}
