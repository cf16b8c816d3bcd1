package dev.espalier.trainer.run;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.onnx.AtomicFile;
import dev.espalier.onnx.ModelStore;
import dev.espalier.training.v1.RunRecord;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder in the model store that a run's files lie in. It outlives the service. */
public final class RunFolder {
  private static final String RECORD = "run.pb";
  private static final String CHECKPOINT = "checkpoint.zip";
  private static final String LOCK = "lock";
  private static final long LARGEST_RECORD = 1 << 24;

  private final Path folder;

  public RunFolder(ModelStore store, String runId) {
    this(store.resolve(store.initialModel(runId)).getParent());
  }

  private RunFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * The folders of all runs in a store, the one that was changed last first.
   *
   * @param most how many at most
   */
  public static List<RunFolder> all(ModelStore store, int most) throws IOException {
    Path runs = new RunFolder(store, "run").folder.getParent();
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    record Found(Path folder, long changed) {}
    List<Found> found = new ArrayList<>();
    try (Stream<Path> folders = Files.list(runs)) {
      for (Path folder : (Iterable<Path>) folders::iterator) {
        Path file = folder.resolve(RECORD);
        if (Files.isRegularFile(file)) {
          found.add(new Found(folder, Files.getLastModifiedTime(file).toMillis()));
        }
      }
    }
    return found.stream()
        .sorted(Comparator.comparingLong(Found::changed).reversed().thenComparing(Found::folder))
        .limit(most)
        .map(f -> new RunFolder(f.folder()))
        .toList();
  }

  boolean exists() {
    return Files.isDirectory(folder);
  }

  /**
   * @throws RunRegistry.KnownException where a run of that id has been there
   */
  public void checkFree() {
    if (Files.exists(folder)) {
      throw new RunRegistry.KnownException();
    }
  }

  /**
   * Makes the folder; of several that try, one succeeds.
   *
   * @throws RunRegistry.KnownException where a run of that id has been there
   * @throws IOException where the store cannot be written to
   */
  public void claim() throws IOException {
    Files.createDirectories(folder.getParent());
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      throw (RunRegistry.KnownException) new RunRegistry.KnownException().initCause(e);
    }
  }

  /**
   * Keeps every other trainer on this store from training the run.
   *
   * @return empty where another one does
   */
  public Optional<FolderLock> lock() throws IOException {
    return FolderLock.take(folder.resolve(LOCK));
  }

  void save(RunRecord record) throws IOException {
    AtomicFile.write(folder.resolve(RECORD), record.toByteArray());
  }

  /**
   * What is kept of the run.
   *
   * @return empty where nothing is, or what is there cannot be read
   */
  public Optional<RunRecord> record() throws IOException {
    Path file = folder.resolve(RECORD);
    if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_RECORD) {
      return Optional.empty();
    }
    try {
      return Optional.of(RunRecord.parseFrom(Files.readAllBytes(file)));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  /** Where its newest checkpoint is, if there is one. */
  Path checkpoint() {
    return folder.resolve(CHECKPOINT);
  }

  /** Whether there is something to go on from. */
  boolean hasCheckpoint() {
    return Files.isRegularFile(checkpoint());
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
