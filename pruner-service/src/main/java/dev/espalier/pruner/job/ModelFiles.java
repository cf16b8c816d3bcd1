package dev.espalier.pruner.job;

import dev.espalier.npz.Limits;
import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxException;
import dev.espalier.pruner.calibration.Calibration;
import dev.espalier.pruner.calibration.CalibrationFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Reads model files within bounds: each alone, and all that are at work together. */
public final class ModelFiles {
  private static final int HEAP_PER_BYTE = 8;
  private static final int UNIT = 1024;

  private final ModelStore store;
  private final long mostBytes;
  private final long heapBytes;
  private final int units;
  private final Semaphore free;

  /**
   * @param store where they lie
   * @param mostBytes a larger file is refused
   * @param heapBytes how much memory there is for all; a file needs about eight times its size
   */
  public ModelFiles(ModelStore store, long mostBytes, long heapBytes) {
    this.store = store;
    this.mostBytes = mostBytes;
    this.heapBytes = heapBytes;
    this.units = units(heapBytes / HEAP_PER_BYTE);
    this.free = new Semaphore(units, true);
  }

  /** A file's content and the memory that is set aside for working on it, until it is closed. */
  public final class Loaded implements AutoCloseable {
    private final byte[] bytes;
    private final int taken;

    private Loaded(byte[] bytes, int taken) {
      this.bytes = bytes;
      this.taken = taken;
    }

    public byte[] bytes() {
      return bytes;
    }

    @Override
    public void close() {
      free.release(taken);
    }
  }

  /** The id of a pruning that has no report yet. */
  String newPruning(Instant now, RandomGenerator random) {
    while (true) {
      String id = PruningId.make(now, random);
      if (!Files.exists(store.resolve(store.report(id)))) {
        return id;
      }
    }
  }

  /** Deletes what a pruning wrote, its report first; nothing where there is nothing. */
  void discard(String id) throws IOException {
    Path folder = store.resolve(store.report(id)).getParent();
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** There is no such file. */
  public static final class MissingException extends Exception {
    private static final long serialVersionUID = 1L;

    MissingException(String message) {
      super(message);
    }
  }

  public ModelStore store() {
    return store;
  }

  /**
   * Waits until there is memory to work on the file, first come, first served.
   *
   * @param name relative to the store's root
   * @return its content; close it once the work is done
   * @throws OnnxException where the name leaves the store, or the file is no file, is too large or
   *     cannot be read
   * @throws MissingException where there is none
   */
  public Loaded load(String name) throws MissingException {
    Path file = resolve(name);
    if (!Files.exists(file)) {
      throw new MissingException("there is no such file in the model store");
    }
    try {
      if (!Files.isRegularFile(file) || !file.toRealPath().startsWith(store.root().toRealPath())) {
        throw new OnnxException("file", "it is no regular file within the model store");
      }
      long most = Math.min(mostBytes, heapBytes / HEAP_PER_BYTE);
      long size = Files.size(file);
      if (size > Math.min(most, Integer.MAX_VALUE - 8)) {
        throw new OnnxException("file", tooLarge(size, most));
      }
      return load(file, (int) size);
    } catch (IOException e) {
      throw new OnnxException("file", "cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads calibration data.
   *
   * @param name relative to the store's root
   * @throws OnnxException where the name leaves the store, or the data cannot be used
   * @throws MissingException where there is none
   */
  public Calibration calibration(String name) throws MissingException {
    Path file = resolve(name);
    if (!Files.exists(file)) {
      throw new MissingException("there is no such file in the model store");
    }
    try {
      if (!file.toRealPath().startsWith(store.root().toRealPath())) {
        throw new OnnxException("file", "it is not within the model store");
      }
      Limits most = Limits.DEFAULT;
      long bytes = Math.min(most.bytes(), heapBytes / HEAP_PER_BYTE);
      return CalibrationFile.read(file, new Limits(bytes, most.arrays()));
    } catch (IOException e) {
      throw new OnnxException("file", "cannot be read: " + e.getMessage(), e);
    }
  }

  private Loaded load(Path file, int size) throws IOException {
    int taken = Math.min(units(size), units);
    free.acquireUninterruptibly(taken);
    byte[] bytes = null;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(size);
      return new Loaded(bytes, taken);
    } finally {
      if (bytes == null) {
        free.release(taken);
      }
    }
  }

  private static int units(long bytes) {
    return (int) Math.clamp(Math.ceilDiv(bytes, UNIT), 1, Integer.MAX_VALUE);
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
