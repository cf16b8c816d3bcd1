package dev.espalier.experiment.runner;

import dev.espalier.experiment.CellResult;
import java.io.IOException;
import java.nio.file.Path;

/** How a cell's result lies on disk. */
public interface CellFiles {
  /**
   * @throws IOException where the disk fails, or the file is not a whole result; says what is wrong
   */
  CellResult read(Path file) throws IOException;

  /** Writes it whole or not at all. */
  void write(Path file, CellResult result) throws IOException;
}
