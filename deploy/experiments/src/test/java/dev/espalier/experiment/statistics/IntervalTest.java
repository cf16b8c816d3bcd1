package dev.espalier.experiment.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class IntervalTest {
  @Test
  void sleepDataOfStudentHaveTheirInterval() {
    // Second group of R's "sleep"; R: t.test(sleep$extra[11:20]).
    Interval interval = Interval.of(1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4);
    assertEquals(2.33, interval.mean(), 1e-12);
    assertEquals(0.8976775, interval.low(), 1e-7);
    assertEquals(3.7623225, interval.high(), 1e-7);
    assertEquals(10, interval.count());
  }

  @Test
  void singleOrEqualValuesHaveNoWidth() {
    assertEquals(new Interval(0.1, 0.1, 0.1, 1), Interval.of(0.1));
    assertEquals(new Interval(0.1, 0.1, 0.1, 3), Interval.of(0.1, 0.1, 0.1));
  }

  @Test
  void twoValuesReachFarBeyondThemselves() {
    Interval interval = Interval.of(0, 1);
    assertEquals(0.5 - 12.7062047 * 0.5, interval.low(), 1e-6);
  }

  @Test
  void noneOrInfiniteOnesAreRefused() {
    assertThrows(IllegalArgumentException.class, Interval::of);
    assertThrows(IllegalArgumentException.class, () -> Interval.of(1, Double.NaN));
  }
}
