package dev.espalier.pruner.job;

import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads model files within bounds.
 *
 * @param store where they lie
 * @param mostBytes a larger file is refused
 * @param heapBytes how much memory there is; a file needs about eight times its size
 */
public record ModelFiles(ModelStore store, long mostBytes, long heapBytes) {
  private static final int HEAP_PER_BYTE = 8;

  /** There is no such file. */
  public static final class MissingException extends Exception {
    private static final long serialVersionUID = 1L;

    MissingException(String message) {
      super(message);
    }
  }

  /**
   * @param name relative to the store's root
   * @return where the file lies
   * @throws OnnxException where the name leaves the store, or the file is no file, is too large or
   *     cannot be read
   * @throws MissingException where there is none
   */
  public byte[] read(String name) throws MissingException {
    Path file = resolve(name);
    if (!Files.exists(file)) {
      throw new MissingException("there is no such file in the model store");
    }
    try {
      if (!Files.isRegularFile(file) || !file.toRealPath().startsWith(store.root().toRealPath())) {
        throw new OnnxException("file", "it is no regular file within the model store");
      }
      long most = Math.min(mostBytes, heapBytes / HEAP_PER_BYTE);
      if (Files.size(file) > most) {
        throw new OnnxException("file", tooLarge(Files.size(file), most));
      }
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes((int) Math.min(most, Integer.MAX_VALUE - 8));
      }
    } catch (IOException e) {
      throw new OnnxException("file", "cannot be read: " + e.getMessage(), e);
    }
  }

  private Path resolve(String name) {
    try {
      return store.resolve(name);
    } catch (IllegalArgumentException e) {
      throw new OnnxException("file name", e.getMessage(), e);
    }
  }

  private String tooLarge(long size, long most) {
    return "%d bytes are more than %d; %s"
        .formatted(
            size,
            most,
            most == mostBytes
                ? "raise espalier.pruner.max-model-bytes"
                : "start the pruner with more memory, -Xmx" + (size * HEAP_PER_BYTE >> 20) + "m");
  }
}
