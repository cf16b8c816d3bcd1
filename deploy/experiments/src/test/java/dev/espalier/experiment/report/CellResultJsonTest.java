package dev.espalier.experiment.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.RunProvenance;
import dev.espalier.experiment.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellResultJsonTest {
  @TempDir Path folder;

  @Test
  void whatIsReadIsWhatWasWritten() throws IOException {
    Table.Builder table = Table.of("values", "text", "long", "double", "truth");
    for (double value :
        new double[] {
          0.1, -0.0, 1, 1e300, Double.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY, -1.0 / 0
        }) {
      table.row("\"<&\n,é\u0000", Long.MIN_VALUE, value, true);
    }
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      long bits = random.nextLong();
      table.row("", bits, Double.longBitsToDouble(bits), false);
    }
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("z", "1");
    settings.put("a", "2.50");
    CellResult result =
        new CellResult(
            new Cell(settings, Long.MAX_VALUE),
            1.0 / 3,
            List.of(new RunProvenance("id", "{ \"seed\": \"1\" }", "abc", "")),
            List.of(table.build(), Table.of("none", "a").build()));
    Path file = folder.resolve("cells/a.json");
    CellResultJson.write(file, result);
    CellResult read = CellResultJson.read(file);
    assertEquals(result, read);
    assertEquals(List.of("z", "a"), List.copyOf(read.cell().settings().keySet()));
  }

  @Test
  void textThatWouldBeReadAsNumberIsRefused() {
    Table table = Table.of("values", "text").row("NaN").build();
    CellResult result = new CellResult(new Cell(Map.of(), 1), 1, List.of(), List.of(table));
    assertThrows(
        IllegalArgumentException.class,
        () -> CellResultJson.write(folder.resolve("a.json"), result));
  }

  @Test
  void whatHoldsNoResultIsNamed() throws IOException {
    Path file = folder.resolve("broken.json");
    for (String text :
        List.of("", "{", "{}", "null", "{\"settings\":{\"a\":\"/\"},\"runs\":[],\"tables\":[]}")) {
      Files.writeString(file, text);
      IOException e = assertThrows(IOException.class, () -> CellResultJson.read(file));
      assertTrue(e.getMessage().contains("broken.json"), e.getMessage());
    }
  }
}
