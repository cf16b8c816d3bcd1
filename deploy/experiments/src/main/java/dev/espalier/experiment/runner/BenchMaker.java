package dev.espalier.experiment.runner;

import dev.espalier.experiment.Setup;
import java.io.IOException;
import java.nio.file.Path;

/** Makes what makes benches; asked only where a cell is left to work out. */
@FunctionalInterface
public interface BenchMaker {
  /**
   * @param work folder of its own, empty or not there; deleted at the end
   * @param setup what was asked for
   */
  BenchFactory open(Path work, Setup setup) throws IOException;
}
