package dev.espalier.experiment.sanity;

import dev.espalier.experiment.Bench;
import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The paper's own checks: raw scores over epochs are neither flat nor oscillating, or the diagnosis
 * says so; after every cut shapes are valid and nothing has collapsed without a word. Failures are
 * planted to see whether they are found.
 */
public final class Sanity implements Experiment {
  static final String PLANT = "plant";

  @Override
  public String name() {
    return "sanity";
  }

  @Override
  public String question() {
    return "Are a healthy run's raw scores neither flat nor oscillating, are planted failures"
        + " diagnosed, and does no cut break a shape or collapse in silence?";
  }

  @Override
  public int seeds(boolean quick) {
    return quick ? 1 : 3;
  }

  @Override
  public List<Cell> cells(Setup setup) {
    List<Cell> cells = new ArrayList<>();
    for (Plant plant :
        List.of(Plant.RESTLESS, Plant.RUINED, Plant.HEALTHY, Plant.DEAD, Plant.STUCK)) {
      for (long seed = 1; seed <= setup.seeds(); seed++) {
        cells.add(new Cell(Map.of(PLANT, plant.key()), seed));
      }
    }
    return cells;
  }

  @Override
  public List<Table> run(Cell cell, Bench bench) throws IOException, InterruptedException {
    return new PlantedCell(cell, bench).run();
  }

  @Override
  public Findings findings(Setup setup, List<CellResult> results) {
    return SanityFindings.of(setup, results);
  }
}
