package dev.espalier.experiment.runner;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The workers of one run: each takes cell after cell from the board. */
final class Shift {
  private static final long PATIENCE_SECONDS = 5;

  /** A cell may be silent for long; the time that is left goes on. */
  private static final long TELL_SECONDS = 5;

  private static final double NANOS = 1e9;

  private record Failed(Cell cell, Throwable cause) {}

  private final Experiment experiment;
  private final Board board;
  private final BenchFactory benches;
  private final ExperimentFolder folder;
  private final Map<Cell, CellResult> results;
  private final List<Failed> failures = new ArrayList<>();

  /**
   * @param results where each result is put; takes several threads
   */
  Shift(
      Experiment experiment,
      Board board,
      BenchFactory benches,
      ExperimentFolder folder,
      Map<Cell, CellResult> results) {
    this.experiment = experiment;
    this.board = board;
    this.benches = benches;
    this.folder = folder;
    this.results = results;
  }

  /** Works until no cell is left, or one has failed. */
  void work(int atOnce) throws CellFailure, InterruptedException {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            atOnce, task -> Thread.ofPlatform().daemon().name("cell").unstarted(task));
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("progress").unstarted(task));
    clock.scheduleAtFixedRate(board::tell, TELL_SECONDS, TELL_SECONDS, TimeUnit.SECONDS);
    try {
      for (int i = 0; i < atOnce; i++) {
        pool.execute(this::workThrough);
      }
      pool.shutdown();
      pool.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      board.stop();
      pool.shutdownNow();
      pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
      throw e;
    } finally {
      clock.shutdownNow();
    }
    throwFailure();
  }

  private void workThrough() {
    for (Optional<Cell> cell = board.next(); cell.isPresent(); cell = board.next()) {
      workOut(cell.get());
    }
  }

  /** Whatever ends a cell, an error of the JVM too, is reported with the cell's name. */
  private void workOut(Cell cell) {
    try {
      CellResult result = measure(cell, System.nanoTime());
      folder.keep(result);
      results.put(cell, result);
      board.end(cell, result.seconds());
    } catch (Throwable e) {
      board.failed(cell);
      synchronized (failures) {
        failures.add(new Failed(cell, e));
      }
    }
  }

  private CellResult measure(Cell cell, long start) throws IOException, InterruptedException {
    CellBench bench = benches.open(cell, share -> board.share(cell, share));
    try {
      List<Table> tables = experiment.run(cell, bench);
      return new CellResult(cell, (System.nanoTime() - start) / NANOS, bench.runs(), tables);
    } finally {
      close(cell, bench);
    }
  }

  /** What is left over does not make a result worse. */
  private void close(Cell cell, CellBench bench) {
    try {
      bench.close();
    } catch (IOException | RuntimeException e) {
      board.note("cell " + cell.key() + " leaves files behind: " + e);
    }
  }

  private void throwFailure() throws CellFailure {
    synchronized (failures) {
      if (failures.isEmpty()) {
        return;
      }
      String remedy =
          "%d of %d cells are kept in %s, the same command goes on from there"
              .formatted(board.done(), board.all(), folder.path());
      Failed first = failures.getFirst();
      CellFailure failure = new CellFailure(first.cell(), first.cause(), remedy);
      failures.stream()
          .skip(1)
          .map(other -> new CellFailure(other.cell(), other.cause(), remedy))
          .forEach(failure::addSuppressed);
      throw failure;
    }
  }
}
