package dev.espalier.pruner.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import dev.espalier.onnx.OnnxException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends what a thread runs in ONNX Runtime, between two operators, once it takes too long or the
 * thread is interrupted: a loop may have any number of turns. A thread of its own looks after all.
 */
public final class RunLimit {
  /** The limit unless another is set. */
  public static final Duration USUAL = Duration.ofMinutes(10);

  private static final long LOOK_MILLIS = 50;
  private static final ScheduledExecutorService WATCH =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("onnxruntime-watch").factory());

  private static volatile Duration most = USUAL;

  private final Thread runner = Thread.currentThread();
  private final Duration limit = most;
  private final long start = System.nanoTime();
  private final RunOptions options = new RunOptions();
  private final Future<?> looking =
      WATCH.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  private boolean interrupted;
  private boolean late;
  private boolean closed;

  private RunLimit() throws OrtException {}

  /** Sets how long one forward pass may take in this process, as may passes timed together. */
  public static void set(Duration limit) {
    most = limit;
  }

  /** What asks ONNX Runtime to run something. */
  interface Work<T> {
    /**
     * @param options to be handed to ONNX Runtime
     */
    T run(RunOptions options) throws OrtException;
  }

  /**
   * Runs it within the limit.
   *
   * @throws OnnxException where it takes longer
   * @throws CancellationException where the thread is interrupted meanwhile
   */
  static <T> T run(Work<T> work) throws OrtException {
    RunLimit limit = new RunLimit();
    try {
      return work.run(limit.options);
    } catch (OrtException e) {
      limit.explain();
      throw e;
    } finally {
      limit.close();
    }
  }

  private synchronized void look() {
    interrupted = runner.isInterrupted();
    late = System.nanoTime() - start > limit.toNanos();
    if (!closed && (interrupted || late)) {
      try {
        options.setTerminate(true);
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private synchronized void explain() {
    if (interrupted) {
      throw new CancellationException("interrupted");
    }
    if (late) {
      throw new OnnxException(
          "model", "one forward pass takes more than " + limit.toSeconds() + " s");
    }
  }

  static OnnxException failed(OrtException e) {
    return new OnnxException("model", "ONNX Runtime cannot run it: " + e.getMessage(), e);
  }

  private synchronized void close() {
    closed = true;
    looking.cancel(false);
    options.close();
  }
}
