package dev.espalier.trainer.network;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Map;

/** The engine: how it is started, and the few things that DJL offers only below its API. */
public final class Torch {
  private static final String NAME = "PyTorch";

  private Torch() {}

  /**
   * Starts the engine where it is not running yet: offline, and with one thread unless the system
   * property {@code ai.djl.pytorch.num_threads} says otherwise (sums are then made in one order, so
   * that runs repeat bit for bit).
   *
   * @return a fresh manager; the caller closes it
   */
  public static NDManager newManager() {
    setDefault("ai.djl.offline", "true");
    setDefault("OPT_OUT_TRACKING", "true");
    setDefault("ai.djl.pytorch.num_threads", "1");
    setDefault("ai.djl.pytorch.num_interop_threads", "1");
    return Engine.getEngine(NAME).newBaseManager();
  }

  /** Switches the recording of gradients in this thread; it is off in none but the first. */
  public static void recordGradients(boolean on) {
    JniUtils.setGradMode(on);
  }

  /** Versions of DJL and of its engine, by name. */
  public static Map<String, String> versions() {
    return Map.of("djl", Engine.getDjlVersion(), "pytorch", Engine.getEngine(NAME).getVersion());
  }

  /** Seeds what is random in the engine, such as dropout. */
  public static void seed(int seed) {
    Engine.getEngine(NAME).setRandomSeed(seed);
  }

  /** Whether gradients are recorded in this thread. */
  static boolean recordsGradients() {
    return JniUtils.isGradMode();
  }

  /**
   * Adds the gradients of a scalar to those of the parameters that it was made from. Unlike DJL's
   * collector, several threads may do this at once.
   *
   * @param loss a scalar
   */
  public static void backward(NDArray loss) {
    try (NDArray one = loss.onesLike()) {
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
    }
  }

  /**
   * A number as the engine's own array of rank 0, on another's device and of its element type. In
   * what is differentiated, never let DJL wrap a number, as {@code x.mul(0.5)} does: autograd keeps
   * what DJL wraps, which is memory of Java's that is gone after the next collection, and the
   * gradient is then wrong without a word.
   */
  public static NDArray number(NDArray like, double value) {
    return JniUtils.full(
        ((PtNDArray) like).getManager(),
        new Shape(),
        value,
        like.getDataType(),
        like.getDevice(),
        SparseFormat.DENSE);
  }

  private static void setDefault(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }
}
