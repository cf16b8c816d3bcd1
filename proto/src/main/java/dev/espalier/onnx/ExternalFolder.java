package dev.espalier.onnx;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The folder that a model's external data may come from, and nothing outside of it. */
final class ExternalFolder {
  private final Path folder;
  private final Path realFolder;
  private final Map<String, FileBytes> files = new HashMap<>();
  private final Map<String, String> checksums = new HashMap<>();

  ExternalFolder(Path folder) throws IOException {
    this.folder = folder;
    this.realFolder = folder.toRealPath();
  }

  /**
   * @param location name of a file, relative to the folder, with '/' between its parts
   * @param offset first byte, at least 0
   * @param length bytes, at least 0
   * @param checksum SHA-1 of the whole file in hexadecimal digits, null where it is not given
   * @param place what to name in errors
   */
  ByteString bytes(String location, long offset, int length, String checksum, String place)
      throws IOException {
    FileBytes file = files.get(location);
    if (file == null) {
      file = new FileBytes(resolve(location, place));
      files.put(location, file);
    }
    if (offset > file.size() - length) {
      throw new OnnxException(
          place,
          "external data asks for %d bytes from %d on, file \"%s\" has %d"
              .formatted(length, offset, location, file.size()));
    }
    if (checksum != null) {
      verify(location, file, checksum, place);
    }
    return file.part(offset, length);
  }

  private Path resolve(String location, String place) throws IOException {
    Path relative;
    try {
      relative = folder.getFileSystem().getPath(location);
    } catch (InvalidPathException e) {
      throw refused(location, "is no file name", place, e);
    }
    if (location.isBlank() || location.contains("\\")) {
      throw refused(location, "is no plain file name", place, null);
    }
    if (relative.getRoot() != null || location.startsWith("/")) {
      throw refused(location, "is absolute", place, null);
    }
    for (Path part : relative) {
      if (part.toString().equals("..")) {
        throw refused(location, "contains \"..\"", place, null);
      }
    }
    Path file = folder.resolve(relative);
    if (!Files.isRegularFile(file)) {
      throw refused(location, "is no file there", place, null);
    }
    Path real = file.toRealPath();
    if (!real.startsWith(realFolder)) {
      throw refused(location, "is a link that leaves it", place, null);
    }
    return real;
  }

  private static OnnxException refused(
      String location, String problem, String place, Exception cause) {
    String text =
        "external data location \"%s\" %s; it must name a file in the model's folder"
            .formatted(location, problem);
    return new OnnxException(place, text, cause);
  }

  private void verify(String location, FileBytes file, String checksum, String place)
      throws IOException {
    String found = checksums.get(location);
    if (found == null) {
      found = Digests.of(file.file(), "SHA-1");
      checksums.put(location, found);
    }
    if (!found.equalsIgnoreCase(checksum)) {
      throw new OnnxException(
          place,
          "external data file \"%s\" has SHA-1 %s, the model asks for %s"
              .formatted(location, found, checksum));
    }
  }
}
