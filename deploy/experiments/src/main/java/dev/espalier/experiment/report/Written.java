package dev.espalier.experiment.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.espalier.onnx.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which files of a folder are a report's, so that they can go without one of somebody else. The
 * list is written before the files are: whenever the process is killed, each of them is in it.
 */
public final class Written {
  /** File of the list, a path a line. */
  public static final String LIST = ".report";

  private static final Pattern NAMES =
      Pattern.compile(
          "report\\.html|report\\.md|result\\.json|[a-z0-9-]+\\.csv|plots/[a-z0-9-]+\\.svg");

  private Written() {}

  /** Says which files are about to be written, beside those that are there. */
  static void begin(Path folder, Collection<String> files) throws IOException {
    Set<String> all = read(folder);
    all.addAll(files);
    write(folder, all);
  }

  /** Deletes what an earlier report left and this one has not. */
  static void end(Path folder, Collection<String> files) throws IOException {
    Set<String> old = read(folder);
    old.removeAll(files);
    delete(folder, old);
    write(folder, files);
  }

  /** Deletes all files of the folder's report, and folders that are empty then; nothing else. */
  public static void delete(Path folder) throws IOException {
    delete(folder, read(folder));
    Files.deleteIfExists(folder.resolve(LIST));
  }

  private static void delete(Path folder, Set<String> files) throws IOException {
    for (String name : files) {
      Path file = folder.resolve(name);
      // Through a link it would be a file of another folder.
      if (Files.isDirectory(file.getParent(), NOFOLLOW_LINKS)
          && !Files.isDirectory(file, NOFOLLOW_LINKS)) {
        Files.deleteIfExists(file);
      }
    }
    Path plots = folder.resolve("plots");
    if (Files.isDirectory(plots, NOFOLLOW_LINKS) && isEmpty(plots)) {
      Files.delete(plots);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  /** What is no name of a report's file is left out. */
  private static Set<String> read(Path folder) throws IOException {
    Path list = folder.resolve(LIST);
    if (!Files.isRegularFile(list, NOFOLLOW_LINKS)) {
      return new TreeSet<>();
    }
    return Files.readAllLines(list).stream()
        .filter(name -> NAMES.matcher(name).matches())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void write(Path folder, Collection<String> files) throws IOException {
    String lines = files.stream().sorted().map(file -> file + "\n").collect(Collectors.joining());
    AtomicFile.write(folder.resolve(LIST), lines.getBytes(UTF_8));
  }
}
