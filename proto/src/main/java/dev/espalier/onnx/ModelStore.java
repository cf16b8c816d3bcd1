package dev.espalier.onnx;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The folder that services share models through. Names are relative to its root, with '/' between
 * their parts, and never leave it.
 *
 * @param root the folder; any {@link Path}, also one of another file system
 */
public record ModelStore(Path root) {
  public ModelStore {
    root = root.toAbsolutePath().normalize();
  }

  /**
   * @param name a name in the store
   * @return where it lies; whether there is such a file is not checked
   * @throws IllegalArgumentException where the name is empty, absolute, or leaves the store
   */
  public Path resolve(String name) {
    try {
      Path relative = root.getFileSystem().getPath(name);
      Path path = root.resolve(relative).normalize();
      if (name.isEmpty() || relative.isAbsolute() || !path.startsWith(root) || path.equals(root)) {
        throw new IllegalArgumentException("name a file in the model store, relative to its root");
      }
      return path;
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("not a file name: " + e.getReason(), e);
    }
  }

  /** The name of a path in the store. */
  public String name(Path path) {
    Path relative = root.relativize(path.toAbsolutePath().normalize());
    StringBuilder name = new StringBuilder();
    for (Path part : relative) {
      name.append(name.isEmpty() ? "" : "/").append(part);
    }
    return name.toString();
  }

  /** Where a run's initial model is. */
  public String initialModel(String runId) {
    return "runs/" + runId + "/initial.onnx";
  }

  /** Where a run's newest trained model is. */
  public String trainedModel(String runId) {
    return "runs/" + runId + "/model.onnx";
  }

  /** Where a pruning's model is. */
  public String prunedModel(String pruningId) {
    return "prunings/" + pruningId + "/pruned.onnx";
  }

  /** Where a pruning's report is. */
  public String report(String pruningId) {
    return "prunings/" + pruningId + "/report.json";
  }

  /** Where the newest sensitivities of a model are, by its digest. */
  public String sensitivity(String digest) {
    return "sensitivities/" + digest + "/sensitivity.json";
  }

  /** Where a file that a user brought is, by its digest. */
  public String upload(String digest, String ending) {
    return "uploads/" + digest + ending;
  }
}
