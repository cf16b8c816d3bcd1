package dev.espalier.experiment;

import java.io.IOException;
import java.util.List;

/** A question that is put to many runs: a grid of cells, and what their results say together. */
public interface Experiment {
  /** As the command line has it: [a-z-]. */
  String name();

  /** What it asks, in a sentence. */
  String question();

  /** How many seeds it takes where nothing is said. */
  int seeds(boolean quick);

  /**
   * The grid: every setting with every seed from 1 on. Cells that take longest come first where
   * they are many.
   */
  List<Cell> cells(Setup setup);

  /** Whether it trains on images, so that a folder of them makes a difference. */
  default boolean usesData() {
    return true;
  }

  /**
   * Works out one cell. Runs beside another cell, on a thread of its own; what is random comes from
   * the cell's seed.
   *
   * @return what was measured
   * @throws IOException where the disk fails
   * @throws InterruptedException where the work is to end
   */
  List<Table> run(Cell cell, Bench bench) throws IOException, InterruptedException;

  /**
   * What the results say together; a pure function of them.
   *
   * @param results of all cells of the setup, in their order
   */
  Findings findings(Setup setup, List<CellResult> results);
}
