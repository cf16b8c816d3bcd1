package dev.espalier.experiment.loop;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.runner.BenchFactory;
import dev.espalier.experiment.runner.CellBench;
import dev.espalier.onnx.ModelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;

/** Benches whose cells share runs. What is in the folder may be deleted once none is at work. */
public final class Benches implements BenchFactory {
  private final Path work;
  private final Setup setup;
  private final SharedRuns shared;

  /**
   * @param work folder for what is needed while cells are at work
   * @param setup of the experiment
   */
  public Benches(Path work, Setup setup) {
    this.work = work;
    this.setup = setup;
    shared = new SharedRuns(work.resolve("shared"));
  }

  @Override
  public CellBench open(Cell cell, DoubleConsumer done) throws IOException {
    return new LoopBench(setup, cell, new ModelStore(folder(cell)), shared, done);
  }

  private Path folder(Cell cell) throws IOException {
    Path folder = work.resolve("cells").resolve(cell.key());
    Folders.delete(folder);
    return folder;
  }

  @Override
  public void close() {}
}
