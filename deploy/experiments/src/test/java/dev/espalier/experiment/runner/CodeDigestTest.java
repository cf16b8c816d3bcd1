package dev.espalier.experiment.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeDigestTest {
  @TempDir private Path temporary;

  @Test
  void timesAndOrderDoNotMatterAndClassesDo() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("classes/a"));
    Files.writeString(folder.resolve("A.class"), "one");
    Files.writeString(folder.resolve("B.class"), "two");
    String classes = CodeDigest.of(temporary.resolve("classes"));

    assertEquals(classes, CodeDigest.of(jar(1, "a/A.class", "one", "a/B.class", "two")));
    assertEquals(
        classes,
        CodeDigest.of(jar(2, "META-INF/x", "built today", "a/B.class", "two", "a/A.class", "one")));
    assertNotEquals(classes, CodeDigest.of(jar(3, "a/A.class", "one", "a/B.class", "Two")));
    assertNotEquals(classes, CodeDigest.of(jar(4, "a/A.class", "one", "a/C.class", "two")));
    assertNotEquals(classes, CodeDigest.of(jar(5, "a/A.class", "one")));
  }

  private Path jar(int day, String... entries) throws IOException {
    Path file = temporary.resolve(day + ".jar");
    try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < entries.length; i += 2) {
        ZipEntry entry = new ZipEntry(entries[i]);
        entry.setTime(day * 86_400_000L + 1_700_000_000_000L);
        jar.putNextEntry(entry);
        jar.write(entries[i + 1].getBytes());
      }
    }
    return file;
  }

  @Test
  void librariesAreToldByTheirNames() {
    String here = String.join(File.pathSeparator, List.of("/a/x-1.jar", "/b/y-2.jar", "/classes"));
    String there = String.join(File.pathSeparator, List.of("/c/y-2.jar", "/c/x-1.jar"));
    assertEquals("x-1.jar\ny-2.jar", CodeDigest.libraries(here));
    assertEquals(CodeDigest.libraries(here), CodeDigest.libraries(there));
  }

  @Test
  void whatRunsHereHasADigest() throws IOException {
    String here = CodeDigest.here();
    assertTrue(here.matches("[0-9a-f]{64}"), here);
    assertEquals(here, CodeDigest.here());
  }
}
