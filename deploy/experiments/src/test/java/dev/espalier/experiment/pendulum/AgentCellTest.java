package dev.espalier.experiment.pendulum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.loop.Benches;
import dev.espalier.experiment.runner.CellBench;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.tdmpc.PendulumJudge;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AgentCellTest {
  private static final Setup QUICK = new Setup(1, true, Optional.empty());

  @TempDir private Path work;

  /** Real episodes take too long here; the judge has tests of its own. */
  private static PendulumJudge.Judgement judged(OnnxModel model, int starts) {
    return new PendulumJudge.Judgement(
        starts, -100, Collections.nCopies(starts, -100.0), 2, model.parameters());
  }

  @Test
  void anAgentIsTrainedCutInOneComponentAndJudged() throws Exception {
    Cell cell =
        new PendulumExperiment()
            .cells(QUICK).stream()
                .filter(c -> c.get(PendulumExperiment.COMPONENT).equals("dynamics"))
                .findFirst()
                .orElseThrow();
    List<Table> tables;
    try (Benches benches = new Benches(work, QUICK);
        CellBench bench = benches.open(cell, share -> {})) {
      tables = new AgentCell(cell, bench, new Effort(1, 2, 0), AgentCellTest::judged).run();
    }
    assertEquals(List.of("agents", "returns"), tables.stream().map(Table::name).toList());
    Table agents = tables.getFirst();
    assertEquals(1, agents.rows().size());
    // Within one of the dynamics' units, which are about 1 % of its parameters.
    assertEquals(0.3, agents.numbers("removed_of_component")[0], 0.015);
    assertTrue(agents.numbers("parameters")[0] < 113_476);
    assertTrue(agents.numbers("macs")[0] > 0);
    assertTrue(agents.numbers("twin_difference")[0] < 1e-4);
    assertEquals(2, tables.get(1).rows().size());
  }
}
