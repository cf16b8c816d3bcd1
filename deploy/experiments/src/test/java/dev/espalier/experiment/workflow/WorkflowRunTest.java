package dev.espalier.experiment.workflow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.loop.Benches;
import dev.espalier.experiment.runner.CellBench;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class WorkflowRunTest {
  private static final Setup QUICK = new Setup(1, true, Optional.empty());
  private static final List<CellResult> RESULTS = new ArrayList<>();

  @TempDir private static Path work;

  @BeforeAll
  static void runsAQuickOne() throws Exception {
    Workflow workflow = new Workflow();
    try (Benches benches = new Benches(work, QUICK)) {
      for (Scheme scheme :
          List.of(Scheme.NEVER, Scheme.AFTER, Scheme.ONE, Scheme.FOUR, Scheme.LATE)) {
        Cell cell =
            workflow.cells(QUICK).stream()
                .filter(of -> of.get("scheme").equals(scheme.label()))
                .findFirst()
                .orElseThrow();
        try (CellBench bench = benches.open(cell, done -> {})) {
          List<Table> tables = workflow.run(cell, bench);
          RESULTS.add(new CellResult(cell, 1, bench.runs(), tables));
        }
      }
    }
  }

  private static CellResult of(Scheme scheme) {
    return RESULTS.stream()
        .filter(result -> result.cell().get("scheme").equals(scheme.label()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void allTrainForAsLongAndEndAsSmall() {
    double whole = of(Scheme.NEVER).table("end").numbers("parameters")[0];
    for (CellResult result : RESULTS) {
      Scheme scheme = Scheme.of(result.cell().get("scheme"));
      Table epochs = result.table("epochs");
      assertEquals(6, epochs.rows().size());
      double[] parameters = epochs.numbers("parameters");
      Table end = result.table("end");
      assertEquals(Arrays.stream(parameters).sum(), end.numbers("parameter_epochs")[0]);
      assertEquals(parameters[5], end.numbers("parameters")[0]);
      assertEquals(epochs.numbers("validation_loss")[5], end.numbers("validation_loss")[0], 1e-6);
      double left = end.numbers("parameters")[0] / whole;
      assertEquals(scheme == Scheme.NEVER ? 1 : 0.5, left, 0.005, scheme::label);
    }
  }

  @Test
  void cutsFallWhereTheirSchemeSays() {
    for (CellResult result : RESULTS) {
      Scheme scheme = Scheme.of(result.cell().get("scheme"));
      double[] parameters = result.table("epochs").numbers("parameters");
      Table cuts = result.table("cuts");
      assertArrayEquals(
          scheme.cuts(6).stream().mapToDouble(Integer::doubleValue).toArray(),
          cuts.numbers("after_epochs"));
      for (int i = 0; i < cuts.rows().size(); i++) {
        int after = (int) cuts.numbers("after_epochs")[i];
        assertEquals(parameters[after - 1], cuts.numbers("parameters_before")[i]);
        assertEquals(parameters[after], cuts.numbers("parameters_after")[i]);
        assertEquals(
            result.table("epochs").numbers("validation_loss")[after - 1],
            cuts.numbers("loss_before")[i],
            1e-6);
        assertTrue(cuts.numbers("loss_after")[i] > 0);
      }
    }
  }

  /** Up to the cut the two are one run; the cut is the same; then the optimiser starts anew. */
  @Test
  void cuttingOnceWhileTrainingAndAfterItDifferOnlyAfterTheCut() {
    double[] one = of(Scheme.ONE).table("epochs").numbers("validation_loss");
    double[] after = of(Scheme.AFTER).table("epochs").numbers("validation_loss");
    assertArrayEquals(Arrays.copyOf(one, 4), Arrays.copyOf(after, 4));
    assertEquals(of(Scheme.ONE).table("cuts").rows(), of(Scheme.AFTER).table("cuts").rows());
    assertTrue(one[5] != after[5]);
  }
}
