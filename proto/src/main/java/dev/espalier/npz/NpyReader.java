package dev.espalier.npz;

import dev.espalier.onnx.OnnxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the .npy format, versions 1.0 to 3.0. Memory is taken as bytes arrive, never as claimed.
 */
final class NpyReader {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST_HEADER = 1 << 16;

  private NpyReader() {}

  /** True where bytes begin as a .npy file does. */
  static boolean begins(byte[] bytes) {
    return bytes.length >= MAGIC.length && Arrays.equals(Arrays.copyOf(bytes, MAGIC.length), MAGIC);
  }

  /**
   * @param place file and array, to be named in errors
   * @param in ends where the array ends
   * @param most most bytes that its elements may have
   * @throws OnnxException where it is no such file, or has another length than it says
   */
  static NpyArray read(String place, InputStream in, long most) throws IOException {
    byte[] start = in.readNBytes(MAGIC.length + 2);
    if (start.length < MAGIC.length + 2 || !begins(start)) {
      throw new OnnxException(place, "is no .npy array; write it with numpy.save or numpy.savez");
    }
    int version = start[MAGIC.length];
    if (version < 1 || version > 3 || start[MAGIC.length + 1] != 0) {
      throw new OnnxException(
          place, "format version " + version + "." + start[MAGIC.length + 1] + ", not 1.0 to 3.0");
    }
    NpyHeader header = NpyHeader.parse(place, header(place, in, version));
    int size = header.bytes(place, Math.min(most, Integer.MAX_VALUE - 64));
    byte[] data = in.readNBytes(size);
    if (data.length < size || in.read() >= 0) {
      throw new OnnxException(
          place,
          "shape %s of %s needs %d bytes, there are %s; the file is damaged"
              .formatted(
                  Arrays.toString(header.shape()),
                  header.type(),
                  size,
                  data.length < size ? data.length : "more"));
    }
    byte[] rows = header.fortran() ? rowMajor(data, header.shape(), header.type().bytes()) : data;
    ByteBuffer bytes = ByteBuffer.wrap(rows).order(header.order());
    return new NpyArray(place, header.type(), header.shape(), bytes);
  }

  private static String header(String place, InputStream in, int version) throws IOException {
    byte[] length = in.readNBytes(version == 1 ? 2 : 4);
    long size = 0;
    for (int i = length.length - 1; i >= 0; i--) {
      size = size << 8 | Byte.toUnsignedInt(length[i]);
    }
    if (length.length < 2 || size > LONGEST_HEADER) {
      throw new OnnxException(place, "header length " + size + " is missing or above 65536");
    }
    byte[] header = in.readNBytes((int) size);
    if (header.length < size) {
      throw new OnnxException(
          place, "header has " + header.length + " of " + size + " bytes; the file is damaged");
    }
    return new String(header, version < 3 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }

  private static byte[] rowMajor(byte[] data, long[] shape, int width) {
    byte[] rows = new byte[data.length];
    for (int at = 0; at < data.length / width; at++) {
      long rest = at;
      long from = 0;
      long stride = data.length / width;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        stride /= shape[axis];
        from += rest % shape[axis] * stride;
        rest /= shape[axis];
      }
      System.arraycopy(data, (int) from * width, rows, at * width, width);
    }
    return rows;
  }
}
