package dev.espalier.pruner.job;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.onnx.AtomicFile;
import dev.espalier.onnx.ModelStore;
import dev.espalier.pruning.v1.ModelPruned;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Results that the bus may not have yet: {@code result.pb}, a {@link ModelPruned}, beside a
 * pruning's report, from before its result is published until the broker has taken it.
 *
 * @param store where prunings lie
 */
public record Outbox(ModelStore store) {
  private static final Logger LOG = Logger.getLogger(Outbox.class);
  private static final String NAME = "result.pb";

  /** Keeps a result. */
  public void put(ModelPruned result) throws IOException {
    AtomicFile.write(file(result.getPruningId()), result.toByteArray());
  }

  /** Forgets a result that the broker has taken. */
  public void remove(String pruningId) throws IOException {
    Files.deleteIfExists(file(pruningId));
  }

  /** What is kept; what cannot be read is logged and left where it is. */
  public List<ModelPruned> pending() throws IOException {
    Path folder = file("any").getParent().getParent();
    List<ModelPruned> pending = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return pending;
    }
    try (DirectoryStream<Path> prunings = Files.newDirectoryStream(folder)) {
      for (Path pruning : prunings) {
        if (Files.isRegularFile(pruning.resolve(NAME))) {
          read(pruning, pending);
        }
      }
    }
    return pending;
  }

  private static void read(Path pruning, List<ModelPruned> pending) throws IOException {
    try {
      ModelPruned result = ModelPruned.parseFrom(Files.readAllBytes(pruning.resolve(NAME)));
      if (!result.getPruningId().equals(pruning.getFileName().toString())) {
        throw new InvalidProtocolBufferException("pruning_id = " + result.getPruningId());
      }
      pending.add(result);
    } catch (InvalidProtocolBufferException e) {
      LOG.errorf("result unreadable, folder=%s reason=%s", pruning, e.getMessage());
    }
  }

  private Path file(String pruningId) {
    return store.resolve(store.report(pruningId)).resolveSibling(NAME);
  }
}
