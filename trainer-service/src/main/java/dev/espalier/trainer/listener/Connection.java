package dev.espalier.trainer.listener;

import dev.espalier.onnx.ModelStore;
import dev.espalier.trainer.run.CoefficientSource;
import dev.espalier.trainer.run.EventSink;
import dev.espalier.trainer.run.GroupSource;
import dev.espalier.trainer.run.RunEnvironment;
import dev.espalier.trainer.run.RunTraces;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a listener is connected to.
 *
 * @param events takes the run's events
 * @param coefficients brings its coefficients
 * @param traced who traces ONNX models, and where the model store is that it shares with us; empty
 *     where groups go by names
 * @param onClose lets go of it all
 */
record Connection(
    EventSink events, CoefficientSource coefficients, Optional<Traced> traced, Runnable onClose) {
  /** Who traces models, and where they lie for it. */
  record Traced(GroupSource groups, ModelStore store) {}

  /**
   * What a run needs.
   *
   * @param groups who knows its groups
   * @param wait how long to wait for groups, and for coefficients
   */
  RunEnvironment environment(GroupSource groups, Duration wait) {
    return new RunEnvironment(
        traced.map(Traced::store).orElseGet(() -> new ModelStore(Path.of(""))),
        groups,
        (request, longest) ->
            CompletableFuture.failedFuture(
                new UnsupportedOperationException("another's loop is not cut")),
        coefficients,
        events,
        RunTraces.NONE,
        Clock.systemUTC(),
        "",
        wait,
        wait,
        wait);
  }
}
