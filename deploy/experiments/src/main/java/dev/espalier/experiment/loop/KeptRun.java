package dev.espalier.experiment.loop;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.espalier.experiment.TrainedRun;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.Run;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** A run that has completed, in a folder. */
final class KeptRun {
  private static final String MODEL = "model.onnx";

  private KeptRun() {}

  /**
   * Writes the run, whole or not at all.
   *
   * @param folder that is not there yet
   */
  static void write(Path folder, TrainedRun run) throws IOException {
    Files.createDirectories(folder.getParent());
    Path made = Files.createTempDirectory(folder.getParent(), "making-");
    write(made.resolve("run"), List.of(run.run()));
    write(made.resolve("graph"), List.of(run.graph()));
    write(made.resolve("snapshots"), run.snapshots());
    write(made.resolve("ranking"), List.of(run.ranking()));
    write(made.resolve("units"), run.units());
    write(made.resolve("epochs"), run.epochs());
    run.model().write(made.resolve(MODEL));
    Files.move(made, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  static TrainedRun read(Path folder) throws IOException {
    return new TrainedRun(
        read(folder.resolve("run"), Run.parser()).getFirst(),
        OnnxModel.read(folder.resolve(MODEL)),
        read(folder.resolve("graph"), DependencyGraph.parser()).getFirst(),
        read(folder.resolve("snapshots"), ImportanceSnapshot.parser()),
        read(folder.resolve("ranking"), Ranking.parser()).getFirst(),
        read(folder.resolve("units"), UnitEvidence.parser()),
        read(folder.resolve("epochs"), EpochCompleted.parser()));
  }

  private static void write(Path file, List<? extends Message> messages) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      for (Message message : messages) {
        message.writeDelimitedTo(out);
      }
    }
  }

  private static <T extends Message> List<T> read(Path file, Parser<T> parser) throws IOException {
    List<T> messages = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      for (T next = parser.parseDelimitedFrom(in);
          next != null;
          next = parser.parseDelimitedFrom(in)) {
        messages.add(next);
      }
    }
    return messages;
  }
}
