package dev.espalier.experiment.loop;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.PruneFile;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.job.ModelFiles;
import dev.espalier.pruner.job.RunCutter;
import dev.espalier.pruner.message.GraphMessages;
import dev.espalier.pruner.message.OrderMessages;
import dev.espalier.pruning.v1.CutRunRequest;
import dev.espalier.pruning.v1.CutRunResponse;
import dev.espalier.pruning.v1.StartPruningRequest;
import dev.espalier.trainer.run.CutSource;
import dev.espalier.trainer.run.GroupSource;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** The pruner beside a run, on the run's own thread: it names its groups and cuts its model. */
final class LoopPruner implements GroupSource, CutSource {
  private static final long MOST_BYTES = 1L << 30;

  private final Pruner pruner = new Pruner();
  private final ModelStore store;
  private final FoldedLog log;
  private final RunCutter cutter;

  /** Ids of prunings come of a fixed time and seed: they are in the models, which must repeat. */
  LoopPruner(ModelStore store, FoldedLog log, String version) {
    Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    this.store = store;
    this.log = log;
    cutter =
        new RunCutter(
            new ModelFiles(store, MOST_BYTES, 8 * MOST_BYTES),
            new PruneFile(pruner, clock, version),
            clock,
            new SplittableRandom(1),
            ranking -> log.units());
  }

  @Override
  public CompletableFuture<DependencyGraph> ask(String model, String runId) {
    try {
      OnnxModel read = OnnxModel.read(store.resolve(model));
      return CompletableFuture.completedFuture(
          GraphMessages.of(pruner.analyze(read).graph(), runId, read.digest(), model));
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public CompletableFuture<CutRunResponse> cut(CutRunRequest request, Duration longest) {
    try {
      return CompletableFuture.completedFuture(
          cutter.cut(
              new RunCutter.Task(
                  request.getModel(), request.getGraph(), order(request), importance()),
              stage -> {},
              () -> {}));
    } catch (IOException | ModelFiles.MissingException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Optional<dev.espalier.importance.v1.ImportanceSnapshot> importance() {
    return Optional.of(log.newest());
  }

  private static StartPruningRequest order(CutRunRequest request) {
    return OrderMessages.complete(
        StartPruningRequest.newBuilder()
            .setRunId(request.getRunId())
            .setTarget(request.getTarget())
            .setAllocation(request.getAllocation())
            .setChannelScore(request.getChannelScore())
            .setConstraints(request.getConstraints())
            .build());
  }
}
