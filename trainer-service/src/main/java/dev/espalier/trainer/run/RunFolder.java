package dev.espalier.trainer.run;

import dev.espalier.onnx.ModelStore;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder in the model store that a run's models lie in. It outlives the service. */
public final class RunFolder {
  private final Path folder;

  public RunFolder(ModelStore store, String runId) {
    folder = store.resolve(store.initialModel(runId)).getParent();
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
}
