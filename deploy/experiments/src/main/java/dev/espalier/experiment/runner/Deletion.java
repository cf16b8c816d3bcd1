package dev.espalier.experiment.runner;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Deletes what an experiment left in a folder, and nothing else; links are not followed. */
final class Deletion {
  private Deletion() {}

  /** A folder with all that is in it; nothing where it is not there. */
  static void tree(Path folder) throws IOException {
    if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** The files of a folder whose names match; nothing where it is not there. */
  static void files(Path folder, Pattern names) throws IOException {
    if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
      return;
    }
    for (Path file : list(folder)) {
      if (names.matcher(file.getFileName().toString()).matches()
          && !Files.isDirectory(file, NOFOLLOW_LINKS)) {
        Files.delete(file);
      }
    }
  }

  /** A folder that is empty by now. */
  static void empty(Path folder) throws IOException {
    if (Files.isDirectory(folder, NOFOLLOW_LINKS) && list(folder).isEmpty()) {
      Files.delete(folder);
    }
  }

  static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
