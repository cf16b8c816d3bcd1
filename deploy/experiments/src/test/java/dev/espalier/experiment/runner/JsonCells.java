package dev.espalier.experiment.runner;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.experiment.CellResult;
import dev.espalier.onnx.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;

/** The plainest way to keep cells. */
class JsonCells implements CellFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public CellResult read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), CellResult.class);
  }

  @Override
  public void write(Path file, CellResult result) throws IOException {
    AtomicFile.write(file, JSON.writeValueAsBytes(result));
  }
}
