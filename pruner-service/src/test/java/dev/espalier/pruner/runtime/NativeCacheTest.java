package dev.espalier.pruner.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class NativeCacheTest {
  @TempDir Path caches;

  private Path library(Path folder) {
    return folder.resolve(System.mapLibraryName("onnxruntime4j_jni"));
  }

  private Optional<Path> folder() {
    return new NativeCache(caches).folder(NativeCache.platform());
  }

  @Test
  void unpacksOnceAndMendsWhatIsNotWhole() throws IOException {
    Path library = library(folder().orElseThrow());
    byte[] whole = Files.readAllBytes(library);
    FileTime longAgo = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(library, longAgo);

    folder();
    assertEquals(longAgo, Files.getLastModifiedTime(library));

    Files.write(library, Arrays.copyOf(whole, whole.length / 2));
    folder();
    assertArrayEquals(whole, Files.readAllBytes(library));
  }

  @Test
  void aFolderThatOthersMayWriteIsNotUsed() throws IOException {
    Path folder = folder().orElseThrow();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertTrue(folder().isEmpty());
  }

  @Test
  void whereThereIsNoPlaceOrNoLibraryNothingIsSaid() throws IOException {
    assertTrue(new NativeCache(caches).folder("none").isEmpty());

    Path file = Files.createFile(caches.resolve("file"));
    assertTrue(new NativeCache(file).folder(NativeCache.platform()).isEmpty());
  }
}
