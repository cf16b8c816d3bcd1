package dev.espalier.experiment.loop;

import dev.espalier.experiment.TrainedRun;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.message.GraphMessages;
import dev.espalier.trainer.run.RunEnvironment;
import dev.espalier.trainer.run.RunHandle;
import dev.espalier.trainer.run.RunMessages;
import dev.espalier.trainer.run.RunPhase;
import dev.espalier.trainer.run.RunRegistry;
import dev.espalier.trainer.run.RunSettings;
import dev.espalier.trainer.run.RunSnapshot;
import dev.espalier.trainer.run.RunTraces;
import dev.espalier.trainer.run.TrainingRun;
import dev.espalier.training.v1.Run;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * One run of the whole loop, without services: the trainer's run, with fold and pruner beside it.
 */
final class LoopRun {
  /** Version of Espalier that provenances name. */
  static final String VERSION = "0.1.0";

  private static final Duration LONGEST = Duration.ofHours(1);

  private final ModelStore store;
  private final Clock clock = Clock.systemUTC();

  LoopRun(ModelStore store) {
    this.store = store;
  }

  /**
   * Trains to the end.
   *
   * @throws IllegalStateException where the run fails, or was not cut where it was to be; says why
   */
  TrainedRun train(RunSettings settings) throws IOException, InterruptedException {
    FoldedLog log = new FoldedLog();
    LoopPruner pruner = new LoopPruner(store, log, VERSION);
    RunEnvironment environment =
        new RunEnvironment(
            store,
            pruner,
            pruner,
            run -> log.board(),
            log,
            RunTraces.NONE,
            clock,
            VERSION,
            LONGEST,
            LONGEST,
            LONGEST);
    Run run = RunMessages.run(completed(settings, environment));
    if (run.getCutsCount() != settings.request().getMilestonesCount()
        || run.getStaleBatches() > 0) {
      throw new IllegalStateException(
          run.getRunId() + " did not go as asked for: " + String.join("; ", run.getWarningsList()));
    }
    OnnxModel model = OnnxModel.read(store.resolve(run.getModel()));
    return new TrainedRun(
        run,
        model,
        graph(model, run),
        log.epochSnapshots(),
        log.ranking().orElseThrow(),
        log.units(),
        log.epochs());
  }

  private static DependencyGraph graph(OnnxModel model, Run run) {
    return GraphMessages.of(
        new Pruner().analyze(model).graph(), run.getRunId(), model.digest(), run.getModel());
  }

  private RunSnapshot completed(RunSettings settings, RunEnvironment environment)
      throws InterruptedException {
    return completed(settings, started -> TrainingRun.begin(started, environment));
  }

  /**
   * @param work makes what trains and ends the run
   * @throws IllegalStateException where the run does not complete, or the work breaks off without
   *     ending it
   */
  RunSnapshot completed(RunSettings settings, Function<RunHandle, Runnable> work)
      throws InterruptedException {
    RunRegistry registry = new RunRegistry(clock);
    try {
      CompletableFuture<RunPhase> end = new CompletableFuture<>();
      RunHandle handle = registry.start(settings, started -> telling(end, work.apply(started)));
      handle.watch(
          snapshot -> {
            if (snapshot.phase().ended()) {
              end.complete(snapshot.phase());
            }
          });
      try {
        RunPhase phase = end.get();
        if (!(phase instanceof RunPhase.Completed)) {
          throw new IllegalStateException(settings.runId() + " " + words(phase));
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException(
            settings.runId() + " broke off: " + e.getCause(), e.getCause());
      } finally {
        handle.requestStop();
      }
      return handle.snapshot();
    } finally {
      registry.shutDown(LONGEST);
    }
  }

  /** Work that cannot end its run any more, with no memory left, ends whoever waits for it. */
  private static Runnable telling(CompletableFuture<?> end, Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (Throwable e) {
        end.completeExceptionally(e);
      }
    };
  }

  private static String words(RunPhase phase) {
    return switch (phase) {
      case RunPhase.Failed failed -> "failed: " + failed.reason();
      case RunPhase.Interrupted interrupted -> "was interrupted";
      case RunPhase.Stopped stopped -> "was stopped";
      case RunPhase.Completed completed -> "is complete";
      case RunPhase.Open open -> "goes on";
    };
  }
}
