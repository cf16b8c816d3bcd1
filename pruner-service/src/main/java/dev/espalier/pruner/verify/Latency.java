package dev.espalier.pruner.verify;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.runtime.Inputs;
import dev.espalier.pruner.runtime.Session;
import dev.espalier.pruner.runtime.Value;
import dev.espalier.pruner.runtime.Weights;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * How long a forward pass takes in ONNX Runtime, at batch size 1 on one thread. Loading a model to
 * run fast takes longer than timing it, and goes on beside other work until {@link #milliseconds}
 * waits for it.
 */
public final class Latency implements AutoCloseable {
  private static final int WARM_UP = 20;
  private static final long WARM_UP_NANOS = 30_000_000;
  private static final int FEWEST = 5;
  private static final int MOST = 500;
  private static final long ENOUGH_NANOS = 100_000_000;

  private final Map<String, Value> inputs;
  private final CompletableFuture<Session> session;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Latency(Map<String, Value> inputs, CompletableFuture<Session> session) {
    this.inputs = inputs;
    this.session = session;
  }

  /**
   * Begins to load a model.
   *
   * @param weights where the model's weights are
   * @param inputShapes whole shapes of the graph inputs that a caller gave one for
   */
  public static Latency loading(OnnxModel model, Weights weights, Map<String, long[]> inputShapes) {
    Map<String, Value> inputs =
        Inputs.random(model, Inputs.shapes(model, 1, inputShapes), new SplittableRandom(0));
    return new Latency(
        inputs,
        CompletableFuture.supplyAsync(
            () -> Session.open(model, weights), Thread.ofPlatform().name("load").daemon()::start));
  }

  /**
   * Waits until the model is loaded, and times it. Nothing else should be loading meanwhile.
   *
   * @param nanoTime a clock such as {@link System#nanoTime}
   * @return the median over 5 to 500 passes after a warm-up, in milliseconds
   * @throws dev.espalier.onnx.OnnxException where ONNX Runtime refuses the model
   */
  public double milliseconds(LongSupplier nanoTime) {
    Session loaded = loaded();
    loaded.time(inputs, 1, WARM_UP, WARM_UP_NANOS, nanoTime);
    long[] nanos = loaded.time(inputs, FEWEST, MOST, ENOUGH_NANOS, nanoTime);
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] / 1e6;
  }

  private Session loaded() {
    try {
      return session.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException refused ? refused : e;
    }
  }

  /** Waits until the model is loaded, and lets go of it; once is enough, more does no harm. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      session.handle((loaded, refused) -> loaded).thenAccept(Latency::close).join();
    }
  }

  private static void close(Session loaded) {
    if (loaded != null) {
      loaded.close();
    }
  }
}
