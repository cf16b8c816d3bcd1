package dev.espalier.trainer.run;

import dev.espalier.trace.TraceParent;
import dev.espalier.trainer.penalty.Coefficients;
import java.io.IOException;
import java.util.Optional;

/** Shows what a run does as the spans of traces. */
public interface RunTraces {
  /** Nothing is traced. */
  RunTraces NONE =
      new RunTraces() {
        @Override
        public boolean epoch(String runId, int epoch, int batches, Epoch work)
            throws IOException, InterruptedException {
          return work.train(Optional.empty());
        }

        @Override
        public void apply(String runId, Coefficients coefficients, Runnable work) {
          work.run();
        }
      };

  /** The work of one epoch. */
  @FunctionalInterface
  interface Epoch {
    /**
     * @param span the epoch's; empty where nothing is traced
     * @return whether the epoch came to its end
     */
    boolean train(Optional<TraceParent> span) throws IOException, InterruptedException;
  }

  /**
   * Does an epoch's work within a span of its own, the first of a trace.
   *
   * @param epoch from 0
   * @param batches that the epoch has
   * @return what the work returns
   */
  boolean epoch(String runId, int epoch, int batches, Epoch work)
      throws IOException, InterruptedException;

  /**
   * Does the work that puts coefficients to use; where they name the span that made them, within a
   * child of it.
   */
  void apply(String runId, Coefficients coefficients, Runnable work);
}
