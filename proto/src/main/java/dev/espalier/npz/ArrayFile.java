package dev.espalier.npz;

import dev.espalier.onnx.OnnxException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/** Reads arrays of numbers: an .npz file, a folder of .npy files, or one .npy file. */
public final class ArrayFile {
  private static final String ENDING = ".npy";
  private static final int END_OF_ZIP = 22;
  private static final int LONGEST_COMMENT = 0xFFFF;

  private final Limits limits;
  private final Map<String, NpyArray> arrays = new LinkedHashMap<>();
  private long left;

  private ArrayFile(Limits limits) {
    this.limits = limits;
    left = limits.bytes();
  }

  /**
   * @return by name, in the file's order
   * @throws IOException where the disk fails
   * @throws OnnxException where the data cannot be used; names file, array and field
   */
  public static Map<String, NpyArray> read(Path path) throws IOException {
    return read(path, Limits.DEFAULT);
  }

  /**
   * @param limits how much is read at most
   * @throws IOException where the disk fails
   * @throws OnnxException where the data cannot be used; names file, array and field
   */
  public static Map<String, NpyArray> read(Path path, Limits limits) throws IOException {
    ArrayFile file = new ArrayFile(limits);
    String place = String.valueOf(path.getFileName());
    if (Files.isDirectory(path)) {
      file.folder(path, place);
    } else if (!Files.isRegularFile(path)) {
      throw new OnnxException(place, "there is no such file or folder");
    } else {
      file.single(path, place);
    }
    return Collections.unmodifiableMap(file.arrays);
  }

  private void folder(Path folder, String place) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(folder)) {
      files =
          found
              .filter(file -> file.getFileName().toString().endsWith(ENDING))
              .limit(limits.arrays() + 1L)
              .sorted()
              .toList();
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
        add(place + "/" + name, name, in);
      }
    }
  }

  private void single(Path file, String place) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(8);
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      if (NpyReader.begins(start)) {
        add(place, place, in);
      } else if (start.length > 1 && start[0] == 'P' && start[1] == 'K') {
        zip(place, in, entries(file, place));
      } else {
        throw new OnnxException(
            place, "is neither .npz nor .npy; write it with numpy.savez or numpy.save");
      }
    }
  }

  private void zip(String place, InputStream in, int entries) throws IOException {
    int seen = 0;
    try (ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        seen++;
        add(place + ": array \"" + entry.getName() + "\"", entry.getName(), zip);
      }
    } catch (ZipException | EOFException e) {
      throw new OnnxException(place, "array " + seen + " is damaged: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw e instanceof OnnxException known
          ? known
          : new OnnxException(place, "an array's name is damaged: " + e.getMessage(), e);
    }
    if (seen != entries) {
      throw new OnnxException(
          place, "has " + seen + " arrays, its directory says " + entries + "; it is damaged");
    }
  }

  /** How many entries a zip file's directory has: a file that was cut short has none. */
  private static int entries(Path file, String place) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      int length = (int) Math.min(channel.size(), END_OF_ZIP + LONGEST_COMMENT);
      ByteBuffer end = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      channel.position(channel.size() - length);
      while (end.hasRemaining() && channel.read(end) >= 0) {
        continue;
      }
      for (int at = end.position() - END_OF_ZIP; at >= 0; at--) {
        if (end.getInt(at) == 0x06054b50
            && Short.toUnsignedInt(end.getShort(at + 20)) == end.position() - at - END_OF_ZIP) {
          return Short.toUnsignedInt(end.getShort(at + 10));
        }
      }
      throw new OnnxException(place, "has no directory at its end; it was cut short");
    }
  }

  private void add(String place, String fileName, InputStream in) throws IOException {
    if (arrays.size() == limits.arrays()) {
      throw new OnnxException(place, "there are more than " + limits.arrays() + " arrays");
    }
    NpyArray array = NpyReader.read(place, in, left);
    left -= array.bytes().capacity();
    String name =
        fileName.endsWith(ENDING)
            ? fileName.substring(0, fileName.length() - ENDING.length())
            : fileName;
    if (arrays.put(name, array) != null) {
      throw new OnnxException(place, "array \"" + name + "\" is there twice");
    }
  }
}
