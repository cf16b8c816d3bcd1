package dev.espalier.experiment.runner;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Setup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Works out the cells of an experiment, several at the same time. Each result is kept as soon as it
 * is there, and what is kept is not worked out again.
 */
public final class ExperimentRunner {
  private final Experiment experiment;
  private final Setup setup;
  private final BenchMaker benches;
  private final int workers;
  private final Progress progress;

  /**
   * @param experiment whose cells
   * @param setup what was asked for
   * @param benches what cells work with
   * @param workers how many cells run at the same time, at least 1: an engine runs one thread
   * @param progress is told what goes on
   */
  public ExperimentRunner(
      Experiment experiment, Setup setup, BenchMaker benches, int workers, Progress progress) {
    if (workers < 1) {
      throw new IllegalArgumentException("workers = " + workers + ": must be at least 1");
    }
    this.experiment = experiment;
    this.setup = setup;
    this.benches = benches;
    this.workers = workers;
    this.progress = progress;
  }

  /** The cells, checked. */
  private List<Cell> cells() {
    List<Cell> cells = experiment.cells(setup);
    Set<String> keys = new HashSet<>();
    for (Cell cell : cells) {
      if (!keys.add(cell.key())) {
        throw new IllegalStateException(experiment.name() + " has cell " + cell.key() + " twice");
      }
    }
    if (cells.isEmpty()) {
      throw new IllegalStateException(experiment.name() + " has no cells");
    }
    return cells;
  }

  /**
   * Works out what is not kept yet.
   *
   * @param folder keeps the results
   * @return results of all cells, in the grid's order
   * @throws CellFailure where a cell fails: those at work beside it are finished and kept, no other
   *     one begins
   * @throws InterruptedException where this thread is interrupted: cells at work are given up
   * @throws IOException where the disk fails
   */
  public List<CellResult> run(ExperimentFolder folder)
      throws CellFailure, InterruptedException, IOException {
    List<Cell> cells = cells();
    Map<Cell, CellResult> results = new ConcurrentHashMap<>();
    List<Cell> missing = new ArrayList<>();
    for (Cell cell : cells) {
      folder
          .kept(cell, progress::note)
          .ifPresentOrElse(result -> results.put(cell, result), () -> missing.add(cell));
    }
    if (missing.isEmpty()) {
      progress.at(new Progress.State(cells.size(), cells.size(), 0, OptionalDouble.of(0)));
    } else {
      int atOnce = Math.min(workers, missing.size());
      Board board = new Board(missing, cells.size(), atOnce, progress, System::nanoTime);
      results.forEach((cell, result) -> board.known(cell, result.seconds()));
      try (BenchFactory factory = benches.open(folder.work(), setup)) {
        new Shift(experiment, board, factory, folder, results).work(atOnce);
      } catch (CellFailure e) {
        explain(folder, e);
        throw e;
      }
    }
    return cells.stream().map(results::get).toList();
  }

  /** On a full disk there is no room for it. */
  private static void explain(ExperimentFolder folder, CellFailure failure) {
    try {
      folder.explain(failure);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
