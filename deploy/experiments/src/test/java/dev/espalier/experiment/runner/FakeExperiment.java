package dev.espalier.experiment.runner;

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
import java.util.SplittableRandom;

/** Draws numbers from each cell's seed, and does to a cell whatever a test wants first. */
final class FakeExperiment implements Experiment {
  /** What a test does in a cell. */
  interface Before {
    void run(Cell cell, Bench bench) throws IOException, InterruptedException;
  }

  static final int WIDTHS = 3;

  private final Before before;

  FakeExperiment(Before before) {
    this.before = before;
  }

  FakeExperiment() {
    this((cell, bench) -> {});
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public String question() {
    return "Does it go on?";
  }

  @Override
  public int seeds(boolean quick) {
    return quick ? 1 : 2;
  }

  @Override
  public List<Cell> cells(Setup setup) {
    List<Cell> cells = new ArrayList<>();
    for (int width = 1; width <= WIDTHS; width++) {
      for (int seed = 1; seed <= setup.seeds(); seed++) {
        cells.add(new Cell(Map.of("width", String.valueOf(width)), seed));
      }
    }
    return cells;
  }

  @Override
  public List<Table> run(Cell cell, Bench bench) throws IOException, InterruptedException {
    before.run(cell, bench);
    bench.done(1);
    return List.of(numbers(cell));
  }

  /** What the cell measures. */
  static Table numbers(Cell cell) {
    SplittableRandom random = new SplittableRandom(cell.key().hashCode());
    Table.Builder table = Table.of("numbers", "group", "share", "units");
    for (int row = 0; row < 5; row++) {
      table.row("g" + row, random.nextDouble(), row);
    }
    return table.build();
  }

  @Override
  public Findings findings(Setup setup, List<CellResult> results) {
    return new Findings(List.of(), List.of());
  }
}
