package dev.espalier.importance.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.importance.metric.GroupEvidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class CriticalityTest {
  private static final Verdict.Bounds BOUNDS = new Verdict.Bounds(0.01, 0.05);
  private static final CosineSchedule SCHEDULE = new CosineSchedule(20, 2);

  /** Verdicts of group 1, which peaks at epochs 10, 30, ... and rests from 15 to 24. */
  private static List<Verdict> ofSecond(int epochs, IntToDoubleFunction own, double others) {
    Criticality criticality = new Criticality(SCHEDULE, HalfCycles.fresh(SCHEDULE), 0);
    List<Verdict> verdicts = new ArrayList<>();
    Criticality.Listener listener =
        (group, verdict) -> {
          if (group == 1) {
            verdicts.add(verdict);
          }
        };
    for (int epoch = 0; epoch < epochs; epoch++) {
      double[] norms = {others * 10, own.applyAsDouble(epoch) * 4};
      criticality.add(
          epoch,
          new GroupEvidence(new double[2], new double[2], norms, new long[] {10, 4}),
          listener);
      criticality.advance(epoch + 1, listener);
    }
    return verdicts;
  }

  private static boolean isPressed(int epoch) {
    return Math.floorMod(epoch, 20) >= 5 && Math.floorMod(epoch, 20) < 15;
  }

  private static Verdict.Kind kind(double pressed) {
    return ofSecond(15, e -> isPressed(e) ? pressed : 1, 3).getFirst().kind(BOUNDS);
  }

  @Test
  void verdictFallsWithTheEndOfTheHalfCycleAroundThePeak() {
    assertEquals(List.of(), ofSecond(14, e -> 1, 3));
    Verdict first = ofSecond(15, e -> isPressed(e) ? 0.9 : 1, 3).getFirst();
    assertEquals(0, first.cycle());
    assertEquals(1, first.before(), 1e-12);
    assertEquals(0.9, first.pressed(), 1e-12);
    assertEquals(3, first.othersBefore(), 1e-12);
    assertEquals(3, first.othersPressed(), 1e-12);
    assertEquals(-0.1, first.change(), 1e-12);
    assertEquals(5, first.summariesBefore(), "the first half cycle began before the run");
    assertEquals(10, first.summariesPressed());
    List<Verdict> second = ofSecond(35, e -> 1, 3);
    assertEquals(1, second.getLast().cycle());
    assertEquals(10, second.getLast().summariesBefore());
  }

  @Test
  void maintainedIsCriticalAndDeclinedIsCandidate() {
    assertEquals(Verdict.Kind.CRITICAL, kind(1.2));
    assertEquals(Verdict.Kind.CRITICAL, kind(0.995));
    assertEquals(Verdict.Kind.NEITHER, kind(0.97));
    assertEquals(Verdict.Kind.CANDIDATE, kind(0.9));
    assertEquals(Verdict.Kind.CANDIDATE, kind(0));
  }

  @Test
  void changeOfAllGroupsIsNoVerdictOnOne() {
    Verdict both = new Verdict(0, 1, 0.8, 10, 8, 1, 1);
    assertEquals(0, both.change(), 1e-12);
    assertEquals(Verdict.Kind.CRITICAL, both.kind(BOUNDS));
    assertEquals(Verdict.Kind.CANDIDATE, new Verdict(0, 1, 1, 1, 1.2, 1, 1).kind(BOUNDS));
  }

  @Test
  void changeIsANumberWhateverIsNothing() {
    assertEquals(0, new Verdict(0, 1, 1, 0, 0, 1, 1).change());
    assertEquals(-1, new Verdict(0, 0, 0, 1, 1, 1, 1).change());
    assertEquals(GroupEvidence.LARGEST, new Verdict(0, 0, 1, 1, 1, 1, 1).change());
    assertTrue(Double.isFinite(new Verdict(0, 1e-300, 1e100, 1, 0, 1, 1).change()));
  }

  @Test
  void olderEpochsAreLeftOutAndGapsGiveNoVerdict() {
    Criticality criticality = new Criticality(SCHEDULE, HalfCycles.fresh(SCHEDULE), 0);
    GroupEvidence batch =
        new GroupEvidence(new double[2], new double[2], new double[] {1, 1}, new long[] {1, 1});
    Criticality.Listener none = (group, verdict) -> assertEquals(0, group);
    criticality.add(6, batch, none);
    criticality.add(5, batch, none);
    assertEquals(1, criticality.sums().count()[1]);
    criticality.advance(40, none);
    assertEquals(40, criticality.epoch());
  }

  /**
   * Group 0 loses the parameters that are small: its mean |parameter| grows though none moved. Then
   * group 1 loses the large ones. No verdict may see either, but each the decline beside it.
   */
  @Test
  void cutIsNeitherGrowthNorDecline() {
    for (int cutAt = 0; cutAt < 60; cutAt++) {
      Criticality criticality = new Criticality(SCHEDULE, HalfCycles.fresh(SCHEDULE), 0);
      Map<Integer, List<Verdict>> fallen = new TreeMap<>();
      Criticality.Listener listener =
          (group, verdict) -> fallen.computeIfAbsent(group, g -> new ArrayList<>()).add(verdict);
      for (int epoch = 0; epoch < 60; epoch++) {
        double[] l1 = {epoch < cutAt ? 100 + 1 : 100, epoch < cutAt ? 300 + 40 : 40};
        long[] count = {epoch < cutAt ? 200 : 100, epoch < cutAt ? 500 : 400};
        if (epoch == cutAt && epoch > 0) {
          criticality.cut(new double[] {101, 340}, new long[] {200, 500});
          criticality.cut(l1, count);
        }
        criticality.add(
            epoch, new GroupEvidence(new double[2], new double[2], l1, count), listener);
      }
      assertEquals(2, fallen.size());
      for (List<Verdict> verdicts : fallen.values()) {
        assertTrue(verdicts.size() >= 2);
        for (Verdict verdict : verdicts) {
          assertEquals(0, verdict.change(), 1e-12, "cut at " + cutAt + ": " + verdict);
        }
      }
    }
  }

  @Test
  void declineIsSeenThroughACut() {
    Criticality criticality = new Criticality(SCHEDULE, HalfCycles.fresh(SCHEDULE), 0);
    List<Verdict> fallen = new ArrayList<>();
    for (int epoch = 0; epoch < 40; epoch++) {
      double scale = epoch < 17 ? 1 : 0.5;
      long[] count = {epoch < 12 ? 4 : 2, 1};
      double[] l1 = {(epoch < 12 ? 5 : 4) * scale, 1};
      if (epoch == 12) {
        criticality.cut(new double[] {5, 1}, new long[] {4, 1});
      }
      criticality.add(
          epoch,
          new GroupEvidence(new double[2], new double[2], l1, count),
          (group, verdict) -> {
            if (group == 0) {
              fallen.add(verdict);
            }
          });
    }
    double change = fallen.getFirst().change();
    assertTrue(change < -0.3 && change > -0.5, fallen::toString);
  }

  @Test
  void halfCycleAroundThePeakIsWhereLambdaIsAboveAHalf() {
    for (int groups = 1; groups < 9; groups++) {
      CosineSchedule schedule = new CosineSchedule(7.3, groups);
      for (int group = 0; group < groups; group++) {
        for (int epoch = 0; epoch < 60; epoch++) {
          double lambda = schedule.lambda(group, epoch);
          if (Math.abs(lambda - 0.5) < 1e-9) {
            continue;
          }
          boolean isHigh = lambda > 0.5;
          long half = schedule.halfCycle(group, epoch);
          assertEquals(isHigh, Math.floorMod(half, 2) == 0, group + " at " + epoch);
        }
      }
    }
  }

  @Test
  void boundsNameWhatIsOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> new Verdict.Bounds(-1, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new Verdict.Bounds(0.5, 0.4));
  }
}
