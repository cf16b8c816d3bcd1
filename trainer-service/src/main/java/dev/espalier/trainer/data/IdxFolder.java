package dev.espalier.trainer.data;

import dev.espalier.trainer.InvalidInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /** What to make of a file. */
  private interface Reader<T> {
    T read(InputStream stream, String file, PixelRoom room) throws IOException;
  }

  /**
   * @param folder absolute path
   * @param heap bytes that the heap may have; the pixels may fill a third of them
   * @throws InvalidInput where there is no such folder, no such file in it, a file is not whole, or
   *     there are too many images for the heap
   * @throws IOException where the disk fails
   */
  public static Dataset read(String folder, long heap) throws IOException {
    List<Images> images = each(folder, heap, IdxFormat::read);
    return images.size() == 2
        ? Dataset.of(images.get(0), images.get(1))
        : Dataset.split(images.getFirst());
  }

  /**
   * Finds whatever {@link #read} would find wrong, within little memory.
   *
   * @return what the file to train on says of itself
   */
  public static IdxHeader check(String folder, long heap) throws IOException {
    List<IdxHeader> headers = each(folder, heap, IdxFormat::check);
    IdxHeader first = headers.getFirst();
    if (headers.size() == 2) {
      IdxHeader second = headers.get(1);
      Dataset.checkSizes(first.rows(), first.columns(), second.rows(), second.columns());
    } else {
      Dataset.checkSplit(first.count());
    }
    return first;
  }

  private static <T> List<T> each(String folder, long heap, Reader<T> reader) throws IOException {
    PixelRoom room = new PixelRoom(heap);
    List<T> read = new ArrayList<>();
    for (Path file : chosen(folder)) {
      try (InputStream stream = Files.newInputStream(file)) {
        read.add(reader.read(stream, file.toString(), room));
      }
    }
    return read;
  }

  /** One file to split, or one to train on and one to measure on. */
  private static List<Path> chosen(String folder) throws IOException {
    Map<String, Path> files = files(path(folder));
    if (files.containsKey("train") && files.containsKey("t10k")) {
      return List.of(files.get("train"), files.get("t10k"));
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
    return List.copyOf(files.values());
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
}
