package dev.espalier.experiment.ablation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
class AblationRunTest {
  private static final Setup QUICK = new Setup(1, true, Optional.empty());

  @TempDir private Path work;

  @Test
  void aQuickOneCutsOneNetworkByEveryMethod() throws Exception {
    Ablation ablation = new Ablation();
    List<CellResult> results = new ArrayList<>();
    List<Double> done = new ArrayList<>();
    try (Benches benches = new Benches(work, QUICK)) {
      for (Cell cell : some(ablation.cells(QUICK))) {
        try (CellBench bench = benches.open(cell, done::add)) {
          List<Table> tables = ablation.run(cell, bench);
          results.add(new CellResult(cell, 1, bench.runs(), tables));
        }
      }
    }
    assertEquals(List.of(1.0, 0.5, 1.0), done.subList(0, 3));
    Table uncut = results.getFirst().table("uncut");
    assertEquals(uncut.numbers("mse_uncut")[0], uncut.numbers("mse_initial")[0], 1e-6);
    assertNotEquals(uncut.numbers("mse_initial")[0], uncut.numbers("mse_tuned")[0]);
    for (CellResult result : results.subList(1, results.size())) {
      Table cuts = result.table("cuts");
      assertEquals(
          results.getFirst().runs().getFirst().modelDigest(),
          result.runs().getFirst().modelDigest());
      assertEquals(uncut.numbers("mse_uncut")[0], cuts.numbers("mse_uncut")[0]);
      for (int i = 0; i < 2; i++) {
        assertTrue(cuts.numbers("mse_cut")[i] > cuts.numbers("mse_uncut")[i]);
        assertTrue(cuts.numbers("twin_difference")[i] < 1e-4);
        assertTrue(cuts.numbers("macs")[i] < cuts.numbers("macs_before")[i]);
        double percent = cuts.numbers("removed_percent")[i];
        double before = cuts.numbers("parameters_before")[i];
        assertEquals(1 - percent / 100, cuts.numbers("parameters")[i] / before, 0.002);
      }
      for (double kept : result.table("groups").numbers("kept")) {
        assertTrue(kept >= 1);
      }
    }
    assertNotEquals(
        results.get(2).table("cuts").rows(), results.get(3).table("cuts").rows(), "by chance");
    Findings findings = ablation.findings(QUICK, results);
    assertTrue(findings.verdicts().stream().allMatch(v -> v.outcome() == Outcome.OPEN));
  }

  private static List<Cell> some(List<Cell> cells) {
    List<String> methods = List.of("uncut", "shares+taylor", "uniform+l2", "uniform+random");
    return cells.stream().filter(cell -> methods.contains(cell.get("method"))).toList();
  }
}
