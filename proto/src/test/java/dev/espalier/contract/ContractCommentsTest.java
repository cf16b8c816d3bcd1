package dev.espalier.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The contracts explain themselves: a comment stands above every field and every enum value. */
class ContractCommentsTest {
  private static final Path CONTRACTS = Path.of("src/main/proto");
  private static final Pattern FIELD = Pattern.compile("\\s+[\\w.<>, ]+ = \\d+;.*");

  @Test
  void everyFieldHasAComment() throws IOException {
    List<String> bare = new ArrayList<>();
    for (Path file : files()) {
      List<String> lines = Files.readAllLines(file);
      for (int i = 1; i < lines.size(); i++) {
        if (FIELD.matcher(lines.get(i)).matches() && !lines.get(i - 1).strip().startsWith("//")) {
          bare.add(file.getFileName() + ":" + (i + 1) + " " + lines.get(i).strip());
        }
      }
    }
    assertEquals(List.of(), bare);
  }

  @Test
  void packagesFollowTheirFoldersAndAreVersioned() throws IOException {
    for (Path file : files()) {
      String folder = CONTRACTS.relativize(file.getParent()).toString().replace('/', '.');
      assertEquals(
          List.of("package " + folder + ";"),
          Files.readAllLines(file).stream().filter(l -> l.startsWith("package ")).toList(),
          file.toString());
      assertEquals("v1", file.getParent().getFileName().toString());
    }
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> tree = Files.walk(CONTRACTS)) {
      List<Path> files = tree.filter(f -> f.toString().endsWith(".proto")).toList();
      assertFalse(files.isEmpty());
      return files;
    }
  }
}
