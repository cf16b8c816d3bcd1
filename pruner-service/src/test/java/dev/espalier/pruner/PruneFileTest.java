package dev.espalier.pruner;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.Allocations;
import dev.espalier.pruner.plan.Target;
import dev.espalier.pruner.plan.WeightScore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruneFileTest {
  @TempDir Path folder;

  @Test
  void thereIsNoReportWithoutItsModel() throws IOException {
    OnnxModel model = Networks.autoencoder(8, 8, 4, 1);
    PruneFile pruneFile = new PruneFile(new Pruner(), Clock.systemUTC(), "test");
    Traced traced = pruneFile.pruner().analyze(model);
    PruneFile.Task task =
        new PruneFile.Task(
            "p-1",
            "m.onnx",
            model.bytes().length,
            model.digest(),
            new Pruner.Order(new Target.Parameters(0.2), Allocations.global(), WeightScore.L2),
            new PruneFile.Names("global", "l2"),
            Optional.empty(),
            "pruned.onnx");
    Files.createDirectories(folder.resolve("pruned.onnx/in the way"));

    assertThrows(IOException.class, () -> pruneFile.prune(task, traced, folder, stage -> {}));

    assertFalse(Files.exists(folder.resolve("report.json")));
  }
}
