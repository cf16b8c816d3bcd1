package dev.espalier.experiment.sanity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.loop.Benches;
import dev.espalier.experiment.runner.CellBench;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SanityTest {
  private static final Setup QUICK = new Setup(1, true, Optional.empty());

  @TempDir private Path work;

  @Test
  void theQuickFormTrainsCutsAndChecksEveryPlant() throws Exception {
    Sanity sanity = new Sanity();
    List<CellResult> results = new ArrayList<>();
    try (Benches benches = new Benches(work, QUICK)) {
      for (Cell cell : sanity.cells(QUICK)) {
        try (CellBench bench = benches.open(cell, share -> {})) {
          results.add(new CellResult(cell, 1, bench.runs(), sanity.run(cell, bench)));
        }
      }
    }
    assertEquals(Plant.values().length, results.size());
    assertEquals(List.of("FLAT"), table(results, Plant.DEAD, "diagnoses").values("kind"));
    assertTrue(table(results, Plant.HEALTHY, "diagnoses").rows().isEmpty());
    assertEquals(2, table(results, Plant.HEALTHY, "cuts").rows().size());
    assertEquals(4L * 5, table(results, Plant.HEALTHY, "scores").rows().size());
    double[] ruined = table(results, Plant.RUINED, "cuts").numbers("lost");
    double[] healthy = table(results, Plant.HEALTHY, "cuts").numbers("lost");
    assertTrue(ruined[0] > CutRow.COLLAPSED && healthy[0] < CutRow.COLLAPSED);
    assertEquals(List.of("COLLAPSED"), table(results, Plant.RUINED, "diagnoses").values("kind"));
    Table cuts = table(results, Plant.RUINED, "cuts");
    assertEquals(true, cuts.rows().getFirst().get(cuts.column("reported")), "on the way");
    assertEquals(List.of("false"), table(results, Plant.HEALTHY, "cuts").values("reported"));
    Findings findings = sanity.findings(QUICK, results);
    assertEquals(Outcome.CONFIRMED, findings.verdicts().get(4).outcome());
  }

  private static Table table(List<CellResult> results, Plant plant, String name) {
    return results.stream()
        .filter(result -> result.cell().get(Sanity.PLANT).equals(plant.key()))
        .findFirst()
        .orElseThrow()
        .table(name);
  }
}
