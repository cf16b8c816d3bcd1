package dev.espalier.local.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.RunPhase;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FirstDifferenceTest {
  private static ImportanceSnapshot.Builder snapshot() {
    return ImportanceSnapshot.newBuilder()
        .setSequence(7)
        .addGroups(GroupImportance.newBuilder().setImportance(0.1))
        .addGroups(GroupImportance.newBuilder().setImportance(0.2));
  }

  private static FirstDifference between(
      ImportanceSnapshot.Builder left, ImportanceSnapshot.Builder right) {
    return FirstDifference.of(left.build(), right.build()).orElseThrow();
  }

  @Test
  void equalMessagesDoNotDiffer() {
    assertEquals(Optional.empty(), FirstDifference.of(snapshot().build(), snapshot().build()));
  }

  @Test
  void aNumberDiffersByItsLastBit() {
    ImportanceSnapshot.Builder other = snapshot().setPhase(RunPhase.RUN_PHASE_FAILED);
    other.getGroupsBuilder(1).setImportance(Math.nextUp(0.2));
    assertEquals(
        new FirstDifference("groups[1].importance", "0.2", "0.20000000000000004"),
        between(snapshot(), other));
  }

  @Test
  void negativeZeroIsNotZero() {
    ImportanceSnapshot.Builder zero = snapshot();
    zero.getGroupsBuilder(0).setImportance(0.0);
    ImportanceSnapshot.Builder negative = snapshot();
    negative.getGroupsBuilder(0).setImportance(-0.0);
    assertEquals(
        new FirstDifference("groups[0].importance", "0.0", "-0.0"), between(zero, negative));
  }

  @Test
  void unsetIsNotZero() {
    assertEquals(
        new FirstDifference("rank_stability", "not set", "0.0"),
        between(snapshot(), snapshot().setRankStability(0)));
  }

  @Test
  void listsDifferInLengthAfterTheirElements() {
    assertEquals(
        new FirstDifference("groups", "2 values", "1 values"),
        between(snapshot(), snapshot().removeGroups(1)));
  }

  @Test
  void constantsGoByTheirNames() {
    assertEquals(
        new FirstDifference("phase", "RUN_PHASE_UNSPECIFIED", "RUN_PHASE_FAILED"),
        between(snapshot(), snapshot().setPhase(RunPhase.RUN_PHASE_FAILED)));
  }
}
