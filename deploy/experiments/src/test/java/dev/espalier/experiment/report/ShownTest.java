package dev.espalier.experiment.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShownTest {
  @Test
  void numbersHaveFourDigits() {
    assertEquals("0.1235", Shown.number(0.123456));
    assertEquals("−12.35", Shown.number(-12.3456));
    assertEquals("1", Shown.number(0.99999));
    assertEquals("0.5", Shown.number(0.5));
    assertEquals("100", Shown.number(100));
    assertEquals("1234", Shown.number(1234.4));
    assertEquals("10,000", Shown.number(9999.9));
    assertEquals("12,350,000", Shown.number(12345678));
    assertEquals("1.235e-7", Shown.number(1.23456e-7));
    assertEquals("−1e300", Shown.number(-1e300));
    assertEquals("0", Shown.number(-0.0));
    assertEquals("–", Shown.number(Double.NaN));
    assertEquals("−∞", Shown.number(Double.NEGATIVE_INFINITY));
  }

  @Test
  void wholeNumbersAreGroupedFromFiveDigits() {
    assertEquals("2026", Shown.whole(2026));
    assertEquals("1,100,112", Shown.whole(1_100_112));
    assertEquals("−9,223,372,036,854,775,808", Shown.whole(Long.MIN_VALUE));
  }

  @Test
  void durationsAreShort() {
    assertEquals("12 s", Shown.duration(Duration.ofMillis(12_900)));
    assertEquals("4 min 10 s", Shown.duration(Duration.ofSeconds(250)));
    assertEquals("3 h 5 min", Shown.duration(Duration.ofMinutes(185)));
  }
}
