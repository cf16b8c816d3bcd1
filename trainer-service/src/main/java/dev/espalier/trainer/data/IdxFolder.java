package dev.espalier.trainer.data;

import dev.espalier.trainer.InvalidInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder with images in the MNIST format, {@code NAME-images-idx3-ubyte}, gzipped ({@code .gz})
 * or not. Where both {@code train} and {@code t10k} are there, the run trains on the first and is
 * measured on the second; else the folder holds one file, and its last tenth is for measuring.
 */
public final class IdxFolder {
  private static final Pattern NAME = Pattern.compile("(.*)-images[-.]idx3-ubyte(\\.gz)?");

  private IdxFolder() {}

  /**
   * @param folder absolute path
   * @throws InvalidInput where there is no such folder, no such file in it, or a file is not whole
   * @throws IOException where the disk fails
   */
  public static Dataset read(String folder) throws IOException {
    Path path = path(folder);
    Map<String, Path> files = files(path);
    if (files.containsKey("train") && files.containsKey("t10k")) {
      return new Dataset(images(files.get("train")), images(files.get("t10k")));
    }
    if (files.size() != 1) {
      throw new InvalidInput(
          "data",
          folder,
          files.isEmpty()
              ? "no file NAME-images-idx3-ubyte or NAME-images-idx3-ubyte.gz is there"
              : "has "
                  + files.keySet()
                  + "-images-idx3-ubyte; leave train and t10k, or one of them");
    }
    return Dataset.split(images(files.values().iterator().next()));
  }

  private static Path path(String folder) {
    try {
      Path path = Path.of(folder);
      if (!path.isAbsolute()) {
        throw new InvalidInput("data", folder, "give the folder's absolute path");
      }
      if (!Files.isDirectory(path)) {
        throw new InvalidInput("data", folder, "there is no such folder; name one that exists");
      }
      return path;
    } catch (InvalidPathException e) {
      throw new InvalidInput("data", folder, "is no path: " + e.getReason());
    }
  }

  /** Image files by the name in front; of a plain and a gzipped one, the plain. */
  private static Map<String, Path> files(Path folder) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(folder)) {
      list.sorted()
          .forEach(
              file -> {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches() && Files.isRegularFile(file)) {
                  files.putIfAbsent(name.group(1), file);
                }
              });
    }
    return files;
  }

  private static Images images(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      return IdxFormat.read(stream, file.toString());
    }
  }
}
