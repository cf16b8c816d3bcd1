package dev.espalier.experiment.runner;

import dev.espalier.experiment.Cell;
import java.io.IOException;
import java.util.function.DoubleConsumer;

/** Makes a bench for each cell of an experiment; used by several threads at the same time. */
public interface BenchFactory extends AutoCloseable {
  /**
   * @param cell that will work on it
   * @param done is told how far the cell has come, from 0 to 1
   */
  CellBench open(Cell cell, DoubleConsumer done) throws IOException;

  @Override
  void close() throws IOException;
}
