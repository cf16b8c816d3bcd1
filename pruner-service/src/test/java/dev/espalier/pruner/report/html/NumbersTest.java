package dev.espalier.pruner.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.html.Escape;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void threeDigitsSayIt() {
    assertEquals("0.273", Numbers.significant(0.27312));
    assertEquals("0.100", Numbers.significant(0.1));
    assertEquals("12.3", Numbers.significant(12.34));
    assertEquals("1.00", Numbers.significant(0.9999));
    assertEquals("1,000", Numbers.significant(999.9));
    assertEquals("123", Numbers.significant(123.4));
    assertEquals("1.20e-7", Numbers.significant(1.2e-7));
    assertEquals("−5.00", Numbers.significant(-5));
    assertEquals("0", Numbers.significant(0));
    assertEquals("∞", Numbers.significant(Double.POSITIVE_INFINITY));
    assertEquals("not a number", Numbers.significant(Double.NaN));
  }

  @Test
  void roundNumbersAreShort() {
    assertEquals("0.02", Numbers.round(0.02));
    assertEquals("1e-4", Numbers.round(1e-4));
    assertEquals("100", Numbers.round(100));
    assertEquals("1", Numbers.round(1));
    assertEquals("2.5e-5", Numbers.round(2.5e-5));
  }

  @Test
  void sizesAndChangesHaveUnits() {
    assertEquals("999 B", Numbers.bytes(999));
    assertEquals("1.00 kB", Numbers.bytes(1000));
    assertEquals("4.40 MB", Numbers.bytes(4_402_317));
    assertEquals("0 B", Numbers.bytes(0));
    assertEquals("−50.0 %", Numbers.change(2, 1));
    assertEquals("+10.0 %", Numbers.change(10, 11));
    assertEquals("0.0 %", Numbers.change(100_000, 99_999));
    assertEquals("–", Numbers.change(0, 0));
    assertEquals("1 unit", Numbers.count(1, "unit"));
    assertEquals("1,024 units", Numbers.count(1024, "unit"));
    assertEquals("0.00%", Numbers.part(1, 0));
    assertEquals("100.00%", Numbers.part(3, 2));
  }

  @Test
  void scalesHaveRoundBoundsAroundTheirValues() {
    assertEquals(new Scale(0, 0.04, false), Scale.around(List.of(0.0037, 0.037)));
    assertEquals(new Scale(0.001, 1, true), Scale.around(List.of(0.002, 0.0, 0.7)));
    assertEquals(new Scale(0, 1, false), Scale.around(List.of(0.0)));
    assertEquals(0, new Scale(0.001, 1, true).position(0));
    assertEquals(1, new Scale(0, 1, false).position(Double.POSITIVE_INFINITY));
    assertEquals(1.0 / 3, new Scale(0.001, 1, true).position(0.01), 1e-12);
    assertTrue(new Scale(1e-300, 1, true).ticks().size() <= 8);
    assertEquals(5, new Scale(0, 0.04, false).ticks().size());
  }

  @Test
  void shadesGoFromTheLeastToTheMost() {
    Shades shades = Shades.among(List.of(0.1, 0.4));
    assertEquals("s0", shades.of(0.0));
    assertEquals("s3", shades.of(0.2));
    assertEquals("s6", shades.of(0.4));
    assertEquals("plain", shades.of(null));
    assertEquals("plain", Shades.among(List.of()).of(1.0));
  }

  @Test
  void longNamesLoseTheirMiddle() {
    assertEquals("abc…xyz", Escape.clip("abcdefgxyz", 7));
    assertEquals("abc", Escape.clip("abc", 3));
    assertEquals("🌳…🌳", Escape.clip("🌳".repeat(9), 3));
  }
}
