package dev.espalier.importance.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final double CLOSE = 1e-12;

  @Test
  void eachGroupPeaksAtItsPhaseAndRestsHalfAPeriodLater() {
    CosineSchedule schedule = new CosineSchedule(20, 4);
    for (int group = 0; group < 4; group++) {
      double peak = 20.0 * group / 4;
      assertEquals(1, schedule.lambda(group, peak), CLOSE);
      assertEquals(1, schedule.lambda(group, peak + 20), CLOSE);
      assertEquals(0, schedule.lambda(group, peak + 10), CLOSE);
      assertEquals(0.5, schedule.lambda(group, peak + 5), CLOSE);
    }
  }

  @Test
  void lambdaStaysBetweenZeroAndOne() {
    for (long seed = 0; seed < 1000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int groups = random.nextInt(1, 100);
      CosineSchedule schedule = new CosineSchedule(random.nextDouble(1e-3, 1e3), groups);
      double lambda = schedule.lambda(random.nextInt(groups), random.nextDouble(0, 1e6));
      assertTrue(lambda >= 0 && lambda <= 1, "seed " + seed + ": " + lambda);
    }
  }

  @Test
  void scheduleNamesWhatIsOutOfRange() {
    assertEquals(
        "period = 0.0: must be above 0",
        assertThrows(IllegalArgumentException.class, () -> new CosineSchedule(0, 1)).getMessage());
    assertEquals(
        "groups = 0: must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> new CosineSchedule(1, 0)).getMessage());
  }

  @Test
  void relativeStrengthFollowsTheGradientTheOthersDoNot() {
    assertEquals(0.02 * 3, new Strength.Relative(0.02).weight(3));
    assertEquals(0, new Strength.Relative(0.02).weight(0));
    assertEquals(0.5, new Strength.Absolute(0.5).weight(3));
    assertEquals(0, new Strength.Off().weight(3));
    assertThrows(IllegalArgumentException.class, () -> new Strength.Relative(-1));
    assertThrows(IllegalArgumentException.class, () -> new Strength.Absolute(Double.NaN));
  }

  @Test
  void coefficientsAreThoseOfTheirEpoch() {
    Coefficients coefficients =
        Coefficients.of(5, new CosineSchedule(20, 2), new Strength.Relative(0.1), 4);
    assertEquals(5, coefficients.epoch());
    assertArrayEquals(new double[] {0.5, 0.5}, coefficients.lambda(), CLOSE);
    assertEquals(0.4, coefficients.weight());
  }
}
