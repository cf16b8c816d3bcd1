package dev.espalier.experiment.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.RunProvenance;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.loop.Benches;
import dev.espalier.experiment.runner.CellBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BatchSizesTest {
  private static final String FILE =
      "src/test/java/dev/espalier/experiment/example/BatchSizes.java";

  @TempDir private Path work;

  @Test
  void theDocumentedExampleIsThisOne() throws Exception {
    String source = Files.readString(Path.of(FILE));
    String shown = source.substring(source.indexOf("public final class"));
    String page = Files.readString(Path.of("../../docs/experiments.md"));
    assertTrue(page.contains("```java\n" + shown + "```\n"), "docs/experiments.md shows " + FILE);
  }

  @Test
  void itRuns() throws Exception {
    Setup setup = new Setup(1, true, Optional.empty());
    BatchSizes experiment = new BatchSizes();
    List<CellResult> results = new ArrayList<>();
    try (Benches benches = new Benches(work, setup)) {
      for (Cell cell : experiment.cells(setup)) {
        try (CellBench bench = benches.open(cell, done -> {})) {
          List<Table> tables = experiment.run(cell, bench);
          List<RunProvenance> runs = bench.runs();
          results.add(new CellResult(cell, 1, runs, tables));
        }
      }
    }
    Findings findings = experiment.findings(setup, results);
    assertEquals(
        List.of("32", "256"), findings.sections().getFirst().tables().getFirst().values("batch"));
  }
}
