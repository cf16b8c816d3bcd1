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
          run.getRunId() + " did not go as asked for: " + run.getWarningsList());
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
    RunRegistry registry = new RunRegistry(clock);
    try {
      RunHandle handle =
          registry.start(settings, started -> TrainingRun.begin(started, environment));
      CompletableFuture<RunPhase> end = new CompletableFuture<>();
      handle.watch(
          snapshot -> {
            if (snapshot.phase().ended()) {
              end.complete(snapshot.phase());
            }
          });
      try {
        RunPhase phase = end.get();
        if (!(phase instanceof RunPhase.Completed)) {
          throw new IllegalStateException(settings.runId() + " ended as " + phase);
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException(settings.runId(), e);
      } finally {
        handle.requestStop();
      }
      return handle.snapshot();
    } finally {
      registry.shutDown(LONGEST);
    }
  }
}
