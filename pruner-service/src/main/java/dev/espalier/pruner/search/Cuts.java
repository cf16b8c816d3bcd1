package dev.espalier.pruner.search;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.cut.Cut;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** Cuts that are made only to be measured. */
final class Cuts {
  private Cuts() {}

  /**
   * @param removed for each group the units that go
   * @throws CancellationException where the thread was interrupted
   */
  static OnnxModel model(Traced traced, int[][] removed) {
    checkInterrupt();
    return Cut.apply(traced, new Survivors(traced, removed), Map.of());
  }

  /**
   * @throws CancellationException where the thread was interrupted
   */
  static void checkInterrupt() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted");
    }
  }
}
