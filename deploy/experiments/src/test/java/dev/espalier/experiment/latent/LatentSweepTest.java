package dev.espalier.experiment.latent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
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

@Timeout(300)
class LatentSweepTest {
  private static final Setup SETUP = new Setup(1, true, Optional.empty());
  private final LatentSweep sweep = new LatentSweep();

  @TempDir private Path work;

  @Test
  void theWholeQuickFormRuns() throws Exception {
    List<Double> shares = new ArrayList<>();
    List<CellResult> results = new ArrayList<>();
    try (Benches benches = new Benches(work, SETUP)) {
      for (Cell cell : sweep.cells(SETUP)) {
        try (CellBench bench = benches.open(cell, shares::add)) {
          List<Table> tables = sweep.run(cell, bench);
          results.add(new CellResult(cell, 1, bench.runs(), tables));
        }
      }
    }
    assertEquals(4, results.size());
    for (CellResult result : results) {
      assertEquals(1, result.runs().size());
      assertEquals(List.of("1", "2"), GroupScores.epochs(result));
      assertOwnImportance(result);
      assertNearTheProbe(result);
      double[] losses = result.table(CellTables.LOSSES).numbers("training_loss");
      assertTrue(losses[1] < losses[0], result.cell().key() + " learns");
    }
    assertEquals(1, shares.getLast());
    sweep
        .findings(SETUP, results)
        .verdicts()
        .forEach(v -> assertEquals(Outcome.OPEN, v.outcome(), v.claim()));
  }

  /** The shares of means are what the importance service makes of the same metrics. */
  private static void assertOwnImportance(CellResult result) {
    Table last = result.table(CellTables.GROUPS).where("epoch", "2");
    double[] importance = GroupScores.last(result).importance(Normalisation.MEAN);
    double[] expected = last.numbers("importance");
    for (int g = 0; g < importance.length; g++) {
      assertEquals(expected[g], importance[g], 1e-12, result.cell().key());
    }
  }

  /** Right after training the probe sees gradients that are like the last ones of training. */
  private static void assertNearTheProbe(CellResult result) {
    GroupScores last = GroupScores.last(result);
    double trained = Shares.of(last.means()[0])[last.coupling()];
    double probed =
        result
            .table(CellTables.SHUFFLED)
            .where("kind", CellTables.COUPLING)
            .where("normalisation", "mean")
            .where("metric", "gradient")
            .numbers("share")[0];
    assertEquals(1, probed / trained, 0.5, result.cell().key());
  }

  @Test
  void theGridHasEveryCombination() {
    List<Cell> cells = sweep.cells(new Setup(5, false, Optional.empty()));
    assertEquals(2 * 4 * 5, cells.size());
    assertEquals(40, cells.stream().map(Cell::key).distinct().count());
  }
}
