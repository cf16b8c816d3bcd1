package dev.espalier.pruner.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.PruneFile;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.message.GraphMessages;
import dev.espalier.pruner.message.OrderMessages;
import dev.espalier.pruning.v1.Allocation;
import dev.espalier.pruning.v1.CutRunResponse;
import dev.espalier.pruning.v1.StartPruningRequest;
import dev.espalier.pruning.v1.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCutterTest {
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  @TempDir Path root;
  private RunCutter cutter;
  private RunCutter.Task task;

  @BeforeEach
  void model() throws IOException {
    OnnxModel model = Networks.autoencoder(8, 6, 6, 3);
    model.write(root.resolve("runs/r/model.onnx"));
    cutter =
        new RunCutter(
            new ModelFiles(new ModelStore(root), 1 << 20, 1 << 24),
            new PruneFile(new Pruner(), CLOCK, "test"),
            CLOCK,
            new SplittableRandom(1),
            ranking -> List.of());
    task =
        new RunCutter.Task(
            "runs/r/model.onnx",
            GraphMessages.of(new Pruner().analyze(model).graph(), "r", "", "m"),
            OrderMessages.complete(
                StartPruningRequest.newBuilder()
                    .setRunId("r")
                    .setAllocation(Allocation.ALLOCATION_GLOBAL)
                    .setTarget(Target.newBuilder().setParametersShare(0.2))
                    .build()),
            Optional.empty());
  }

  private Path folder() {
    return root.resolve("prunings/" + PruningId.make(Instant.EPOCH, new SplittableRandom(1)));
  }

  @Test
  void whatIsMadeStays() throws Exception {
    CutRunResponse response = cutter.cut(task, stage -> {}, () -> {});
    assertEquals(
        folder().resolve("pruned.onnx"), root.resolve(response.getResult().getPrunedModel()));
    try (Stream<Path> files = Files.list(folder())) {
      assertEquals(3, files.count());
    }
  }

  @Test
  void aCutThatIsNotWantedInTheEndLeavesNothing() {
    CancellationException gone = new CancellationException("gone");
    Runnable last =
        () -> {
          assertTrue(Files.exists(folder().resolve("report.json")));
          throw gone;
        };
    assertSame(
        gone, assertThrows(CancellationException.class, () -> cutter.cut(task, stage -> {}, last)));
    assertFalse(Files.exists(folder()));
  }

  @Test
  void aCutThatCannotBeWrittenLeavesNothing() throws IOException {
    Files.createDirectories(folder().resolve("report.html/in-the-way"));
    assertThrows(IOException.class, () -> cutter.cut(task, stage -> {}, () -> {}));
    assertFalse(Files.exists(folder()));
  }
}
