package dev.espalier.experiment.runner;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.report.CellResultJson;
import java.io.IOException;
import java.nio.file.Path;

/** How a cell's result lies on disk; a test has it fail. */
class CellFiles {
  /**
   * @throws IOException where the disk fails, or the file is not a whole result; says what is wrong
   */
  CellResult read(Path file) throws IOException {
    return CellResultJson.read(file);
  }

  /** Writes it whole or not at all. */
  void write(Path file, CellResult result) throws IOException {
    CellResultJson.write(file, result);
  }
}
