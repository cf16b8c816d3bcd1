package dev.espalier.trainer.data;

import dev.espalier.trainer.InvalidInput;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Images in the IDX format of MNIST, gzipped or not: big-endian int32 magic 0x00000803 (unsigned
 * bytes, three axes), count, rows, columns, then the pixels.
 */
final class IdxFormat {
  /** Most bytes of pixels that are read: MNIST has 47 MB. */
  static final int MOST_BYTES = 256 << 20;

  private static final int MAGIC = 0x00000803;
  private static final int GZIP = 0x1f8b;
  private static final int MOST_SIDE = 4096;
  private static final int BLOCK = 1 << 16;

  /** What to do with the pixels that follow a header. */
  private interface Reader<T> {
    T read(DataInputStream in, IdxHeader header) throws IOException;
  }

  private IdxFormat() {}

  /**
   * @param stream the file's bytes
   * @param file what to name in errors
   * @param room what its pixels must fit in
   * @throws InvalidInput where the file is not whole, too large or not of this format; says what
   *     was found
   * @throws IOException where it cannot be read
   */
  static Images read(InputStream stream, String file, PixelRoom room) throws IOException {
    return read(
        stream,
        file,
        room,
        (in, header) -> {
          byte[] pixels = new byte[(int) header.bytes()];
          checkLength(file, header, in.readNBytes(pixels, 0, pixels.length));
          return new Images(header.rows(), header.columns(), pixels);
        });
  }

  /** As {@link #read}, but keeps none of the pixels. */
  static IdxHeader check(InputStream stream, String file, PixelRoom room) throws IOException {
    return read(
        stream,
        file,
        room,
        (in, header) -> {
          byte[] block = new byte[BLOCK];
          long left = header.bytes();
          int got = 1;
          while (left > 0 && got > 0) {
            got = in.readNBytes(block, 0, (int) Math.min(left, block.length));
            left -= got;
          }
          checkLength(file, header, header.bytes() - left);
          return header;
        });
  }

  private static <T> T read(InputStream stream, String file, PixelRoom room, Reader<T> reader)
      throws IOException {
    try (DataInputStream in = new DataInputStream(unzipped(stream))) {
      IdxHeader header = header(in, file);
      room.take(file, header.bytes());
      T read = reader.read(in, header);
      if (in.read() >= 0) {
        throw invalid(file, "goes on after its " + header.count() + " images", null);
      }
      return read;
    } catch (EOFException e) {
      throw invalid(file, "ends within its header or its gzip stream", e);
    } catch (ZipException e) {
      throw invalid(file, "is not valid gzip (" + e.getMessage() + ")", e);
    }
  }

  private static IdxHeader header(DataInputStream in, String file) throws IOException {
    int magic = in.readInt();
    if (magic != MAGIC) {
      throw invalid(
          file,
          String.format("starts with 0x%08x, not with 0x%08x of IDX images", magic, MAGIC),
          null);
    }
    int count = in.readInt();
    int rows = in.readInt();
    int columns = in.readInt();
    if (count < 1 || rows < 1 || columns < 1 || rows > MOST_SIDE || columns > MOST_SIDE) {
      throw invalid(file, "says it has " + count + " images of " + rows + "x" + columns, null);
    }
    IdxHeader header = new IdxHeader(count, rows, columns);
    if (header.bytes() > MOST_BYTES) {
      throw new InvalidInput(
          "data",
          file,
          "has "
              + header.bytes()
              + " bytes of pixels; at most "
              + MOST_BYTES
              + " are read, give fewer");
    }
    return header;
  }

  private static void checkLength(String file, IdxHeader header, long there) {
    if (there < header.bytes()) {
      throw invalid(
          file,
          "is truncated: " + there + " bytes of pixels of " + header.bytes() + " are there",
          null);
    }
  }

  private static InputStream unzipped(InputStream stream) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(stream);
    buffered.mark(2);
    int first = buffered.read() << 8 | buffered.read();
    buffered.reset();
    return first == GZIP ? new GZIPInputStream(buffered, BLOCK) : buffered;
  }

  private static InvalidInput invalid(String file, String found, Exception cause) {
    InvalidInput invalid =
        new InvalidInput("data", file, found + "; fetch the file again, it must be IDX images");
    if (cause != null) {
      invalid.initCause(cause);
    }
    return invalid;
  }
}
