package dev.espalier.pruner.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.PruneFile;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.job.ModelFiles;
import dev.espalier.pruner.job.RunCutter;
import dev.espalier.pruner.message.GraphMessages;
import dev.espalier.pruner.stream.RunViews;
import dev.espalier.pruning.v1.Allocation;
import dev.espalier.pruning.v1.CutRunRequest;
import dev.espalier.pruning.v1.ModelPruned;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.subscription.Cancellable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCutsTest {
  @TempDir Path root;

  /** Its result is told by then, and stays. */
  @Test
  void theGraphOfACutIsNotKnownWhereTheCallerHungUpMeanwhile() throws Exception {
    OnnxModel model = Networks.autoencoder(8, 6, 6, 3);
    model.write(root.resolve("runs/r/model.onnx"));
    DependencyGraph graph = GraphMessages.of(new Pruner().analyze(model).graph(), "r", "", "m");
    PrunerConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(PrunerConfig.class)
            .withConverter(Duration.class, 100, value -> Duration.parse("PT" + value))
            .build()
            .getConfigMapping(PrunerConfig.class);
    Workers workers = new Workers(config);
    RunViews views = new RunViews(10, 1 << 20);
    CompletableFuture<Cancellable> call = new CompletableFuture<>();
    CompletableFuture<ModelPruned> told = new CompletableFuture<>();
    Results results =
        new Results(config, null, null, null, null) {
          @Override
          void publish(ModelPruned result) {
            Thread.ofPlatform().start(() -> call.join().cancel());
            while (!Thread.interrupted()) {
              Thread.onSpinWait();
            }
            told.complete(result);
          }
        };
    RunCutter cutter =
        new RunCutter(
            new ModelFiles(new ModelStore(root), 1 << 20, 1 << 24),
            new PruneFile(new Pruner(), Clock.systemUTC(), "test"),
            Clock.systemUTC(),
            new SplittableRandom(1),
            ranking -> List.of());

    call.complete(
        new RunCuts(config, views, cutter, workers, results)
            .cut(
                CutRunRequest.newBuilder()
                    .setRunId("r")
                    .setModel("runs/r/model.onnx")
                    .setAfterEpochs(1)
                    .setGraph(graph)
                    .setTarget(ServiceBase.share(0.2))
                    .setAllocation(Allocation.ALLOCATION_GLOBAL)
                    .build())
            .subscribe()
            .with(done -> {}, e -> told.completeExceptionally(e)));
    ModelPruned result = told.get(60, TimeUnit.SECONDS);
    workers.stop();

    assertTrue(workers.prunings().isTerminated());
    assertTrue(Files.exists(root.resolve(result.getPrunedModel())));
    assertEquals(Optional.empty(), views.graph("r"));
  }
}
