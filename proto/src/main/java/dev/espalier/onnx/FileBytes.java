package dev.espalier.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Parts of a file as byte strings: mapped where the file system can, else read. A mapping costs no
 * heap and ends with the last byte string on it.
 */
final class FileBytes {
  /**
   * Parts start in the window of their offset; each window is twice as long as windows are apart,
   * so that any part up to this long lies in one, however many parts there are.
   */
  private static final long WINDOW = 1L << 30;

  private final Path file;
  private final long size;
  private final Map<Long, ByteBuffer> windows = new HashMap<>();

  /**
   * @param file a regular file, its real path
   */
  FileBytes(Path file) throws IOException {
    this.file = file;
    this.size = Files.size(file);
  }

  /** A whole file, of whatever kind, with at most 2 GiB. */
  static ByteString whole(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return UnsafeByteOperations.unsafeWrap(Files.readAllBytes(file));
    }
    FileBytes bytes = new FileBytes(file.toRealPath());
    if (bytes.size > OnnxModel.MOST_BYTES) {
      throw new OnnxException(
          "file \"" + file.getFileName() + "\"",
          "has %d bytes, a model file has less than 2 GiB; save its weights as external data"
              .formatted(bytes.size));
    }
    return bytes.part(0, (int) bytes.size);
  }

  Path file() {
    return file;
  }

  /** Bytes in the file when it was opened. */
  long size() {
    return size;
  }

  /**
   * @param offset at least 0
   * @param length at least 0, with the offset at most the size
   */
  ByteString part(long offset, int length) throws IOException {
    if (length == 0) {
      return ByteString.EMPTY;
    }
    if (file.getFileSystem() != FileSystems.getDefault()) {
      return read(offset, length);
    }
    try {
      return map(offset, length);
    } catch (IOException noMapping) {
      try {
        return read(offset, length);
      } catch (IOException e) {
        e.addSuppressed(noMapping);
        throw e;
      }
    }
  }

  private ByteString map(long offset, int length) throws IOException {
    boolean fits = length <= WINDOW;
    long start = fits ? offset / WINDOW * WINDOW : offset;
    ByteBuffer window = fits ? windows.get(start) : null;
    if (window == null) {
      long end = fits ? Math.min(size, start + 2 * WINDOW - 1) : offset + length;
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        window = channel.map(FileChannel.MapMode.READ_ONLY, start, end - start);
      }
      if (fits) {
        windows.put(start, window);
      }
    }
    return UnsafeByteOperations.unsafeWrap(window.slice((int) (offset - start), length));
  }

  private ByteString read(long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      channel.position(offset);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer) < 0) {
          throw new EOFException(file.getFileName() + " became shorter while it was read");
        }
      }
    }
    return UnsafeByteOperations.unsafeWrap(buffer.flip());
  }
}
