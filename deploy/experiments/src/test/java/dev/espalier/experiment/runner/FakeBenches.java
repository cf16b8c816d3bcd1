package dev.espalier.experiment.runner;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.RunProvenance;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.TrainedRun;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.training.v1.StartRunRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleConsumer;

/** Benches that train nothing; counts those that are open. */
final class FakeBenches implements BenchFactory {
  private final Path work;
  private final Setup setup;
  private final AtomicInteger open;
  private final Runnable closing;

  /**
   * @param closing is done when a bench is closed
   */
  FakeBenches(Path work, Setup setup, AtomicInteger open, Runnable closing) {
    this.closing = closing;
    this.work = work;
    this.setup = setup;
    this.open = open;
  }

  @Override
  public CellBench open(Cell cell, DoubleConsumer done) throws IOException {
    Files.createDirectories(work);
    Files.writeString(work.resolve(cell.key()), "at work");
    open.incrementAndGet();
    return new FakeBench(cell, done);
  }

  @Override
  public void close() {
    if (open.get() != 0) {
      throw new IllegalStateException(open + " benches are open");
    }
  }

  private final class FakeBench implements CellBench {
    private final Cell cell;
    private final DoubleConsumer done;

    private FakeBench(Cell cell, DoubleConsumer done) {
      this.cell = cell;
      this.done = done;
    }

    @Override
    public Setup setup() {
      return setup;
    }

    @Override
    public TrainedRun train(StartRunRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public TrainedRun trainOnce(StartRunRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String keep(String name, OnnxModel model) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void done(double share) {
      done.accept(share);
    }

    @Override
    public List<RunProvenance> runs() {
      return List.of(new RunProvenance("run-" + cell.key(), "{}", "model", "log"));
    }

    @Override
    public void close() {
      open.decrementAndGet();
      closing.run();
    }
  }
}
