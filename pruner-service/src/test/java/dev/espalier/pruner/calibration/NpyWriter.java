package dev.espalier.pruner.calibration;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes arrays as numpy does. */
public final class NpyWriter {
  private NpyWriter() {}

  /** A float32 array. */
  public static byte[] floats(int[] shape, double... values) {
    return array("<f4", shape, values);
  }

  /**
   * @param descr numpy's name of a type such as {@code <f4}
   */
  public static byte[] array(String descr, int[] shape, double... values) {
    StringBuilder dims = new StringBuilder();
    for (int dim : shape) {
      dims.append(dim).append(", ");
    }
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(descr, dims);
    return array(1, header, data(descr, values));
  }

  static byte[] array(int version, String header, byte[] data) {
    byte[] text = (header + "\n").getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer =
        ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    buffer.put((byte) version).put((byte) 0);
    if (version == 1) {
      buffer.putShort((short) text.length);
    } else {
      buffer.putInt(text.length);
    }
    buffer.put(text).put(data);
    return java.util.Arrays.copyOf(buffer.array(), buffer.position());
  }

  static byte[] data(String descr, double... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(8 * values.length)
            .order(descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (descr.substring(1)) {
        case "f2" -> buffer.putShort(Float.floatToFloat16((float) value));
        case "f4" -> buffer.putFloat((float) value);
        case "f8" -> buffer.putDouble(value);
        case "i2", "u2" -> buffer.putShort((short) (int) value);
        case "i4" -> buffer.putInt((int) value);
        case "i8" -> buffer.putLong((long) value);
        default -> buffer.put((byte) (int) value);
      }
    }
    return java.util.Arrays.copyOf(buffer.array(), buffer.position());
  }

  /**
   * @param arrays by name, without ending
   * @param deflated else stored
   */
  public static byte[] zip(Map<String, byte[]> arrays, boolean deflated) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
        ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
        if (!deflated) {
          CRC32 crc = new CRC32();
          crc.update(array.getValue());
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(array.getValue().length);
          entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(array.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
