package dev.espalier.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsLineUpAndNumbersStandToTheRight() {
    String table =
        new Table("group", "#units").row("encoder.0", 512).row("d", Table.count(1_024)).toString();

    List<String> lines = table.lines().toList();
    assertEquals(1, lines.stream().map(String::length).distinct().count(), table);
    assertEquals(" group     | units ", lines.getFirst());
    assertEquals(" d         | 1,024 ", lines.getLast());
  }

  @Test
  void numbersAreShort() {
    assertEquals("0.0123", Table.number(0.01234));
    assertEquals("1.235e-07", Table.number(1.2345e-7));
    assertEquals("0.0000", Table.number(0));
    assertEquals("1.267e+17", Table.number(126739502742896640.0));
    assertEquals("NaN", Table.number(Double.NaN));
    assertEquals("-49.9 %", Table.change(1000, 501));
    assertEquals("", Table.change(0, 5));
  }
}
