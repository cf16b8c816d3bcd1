package dev.espalier.pruner.verify;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.runtime.Inputs;
import dev.espalier.pruner.runtime.Session;
import dev.espalier.pruner.runtime.Value;
import dev.espalier.pruner.runtime.Weights;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/** How long a forward pass takes in ONNX Runtime, at batch size 1 on one thread. */
public final class Latency {
  private static final int WARM_UP = 20;
  private static final long WARM_UP_NANOS = 50_000_000;
  private static final int FEWEST = 5;
  private static final int MOST = 500;
  private static final long ENOUGH_NANOS = 200_000_000;

  private Latency() {}

  /**
   * @param inputShapes whole shapes of the graph inputs that a caller gave one for
   * @param nanoTime a clock such as {@link System#nanoTime}
   * @return the median over 5 to 500 passes after a warm-up, in milliseconds
   */
  public static double milliseconds(
      OnnxModel model, Map<String, long[]> inputShapes, LongSupplier nanoTime) {
    Map<String, Value> inputs =
        Inputs.random(model, Inputs.shapes(model, 1, inputShapes), new SplittableRandom(0));
    try (Weights weights = new Weights();
        Session session = Session.open(model, weights)) {
      session.time(inputs, 1, WARM_UP, WARM_UP_NANOS, nanoTime);
      long[] nanos = session.time(inputs, FEWEST, MOST, ENOUGH_NANOS, nanoTime);
      Arrays.sort(nanos);
      return nanos[nanos.length / 2] / 1e6;
    }
  }
}
