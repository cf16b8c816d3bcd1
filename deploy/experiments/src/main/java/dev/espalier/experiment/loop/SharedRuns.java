package dev.espalier.experiment.loop;

import dev.espalier.experiment.TrainedRun;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.training.v1.StartRunRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Runs that several cells start from: the first that asks trains, the others wait and read. */
final class SharedRuns {
  private final Path folder;
  private final Map<Path, ReentrantLock> locks = new ConcurrentHashMap<>();

  /** Trains what a request asks for. */
  interface Trainer {
    TrainedRun train() throws IOException, InterruptedException;
  }

  SharedRuns(Path folder) {
    this.folder = folder;
  }

  /**
   * @param request every default filled in, but without the run's id
   */
  TrainedRun get(StartRunRequest request, Trainer trainer)
      throws IOException, InterruptedException {
    Path kept = folder.resolve(OnnxModel.digest(request.toByteArray()));
    ReentrantLock lock = locks.computeIfAbsent(kept, k -> new ReentrantLock());
    lock.lockInterruptibly();
    try {
      if (!Files.isDirectory(kept)) {
        KeptRun.write(kept, trainer.train());
      }
      return KeptRun.read(kept);
    } finally {
      lock.unlock();
    }
  }
}
