package dev.espalier.experiment.runner;

import dev.espalier.experiment.Bench;
import dev.espalier.experiment.RunProvenance;
import java.io.IOException;
import java.util.List;

/** The bench of one cell: what the cell kept on it goes when it is closed. */
public interface CellBench extends Bench, AutoCloseable {
  /** Every training run that the cell asked for, in the order of their ends. */
  List<RunProvenance> runs();

  @Override
  void close() throws IOException;
}
