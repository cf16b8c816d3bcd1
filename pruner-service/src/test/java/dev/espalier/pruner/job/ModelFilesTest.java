package dev.espalier.pruner.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  @TempDir Path folder;

  private ModelFiles files(long most, long heap) throws Exception {
    Files.createDirectories(folder.resolve("store"));
    Files.write(folder.resolve("store/m.onnx"), new byte[100]);
    Files.write(folder.resolve("secret"), new byte[10]);
    return new ModelFiles(new ModelStore(folder.resolve("store")), most, heap);
  }

  private static byte[] read(ModelFiles files, String name) throws Exception {
    try (ModelFiles.Loaded loaded = files.load(name)) {
      return loaded.bytes();
    }
  }

  @Test
  void whatDoesNotFitTogetherWaits() throws Exception {
    ModelFiles files = files(100, 800);
    CompletableFuture<byte[]> second = new CompletableFuture<>();
    Thread other =
        Thread.ofPlatform()
            .unstarted(
                () -> {
                  try {
                    second.complete(read(files, "m.onnx"));
                  } catch (Exception e) {
                    second.completeExceptionally(e);
                  }
                });
    try (ModelFiles.Loaded first = files.load("m.onnx")) {
      other.start();
      while (other.getState() != Thread.State.WAITING) {
        assertFalse(second.isDone(), "both had " + first.bytes().length + " bytes at once");
        Thread.onSpinWait();
      }
    }

    assertArrayEquals(new byte[100], second.get(30, TimeUnit.SECONDS));
  }

  @Test
  void readsWhatIsWithinBounds() throws Exception {
    assertArrayEquals(new byte[100], read(files(100, 800), "m.onnx"));
  }

  @Test
  void saysWhichBoundIsTooSmall() throws Exception {
    ModelFiles bySetting = files(99, 1 << 20);
    ModelFiles byMemory = files(1000, 799);

    assertTrue(
        assertThrows(OnnxException.class, () -> bySetting.load("m.onnx"))
            .getMessage()
            .contains("espalier.pruner.max-model-bytes"));
    assertTrue(
        assertThrows(OnnxException.class, () -> byMemory.load("m.onnx"))
            .getMessage()
            .contains("-Xmx"));
  }

  @Test
  void neverLeavesTheStore() throws Exception {
    ModelFiles files = files(1000, 1 << 20);
    Files.createSymbolicLink(folder.resolve("store/link.onnx"), folder.resolve("secret"));
    Files.createSymbolicLink(folder.resolve("store/within.onnx"), Path.of("m.onnx"));

    for (String name : new String[] {"link.onnx", "../secret", "", ".", "/etc/passwd", "a\0"}) {
      assertThrows(OnnxException.class, () -> files.load(name), name);
    }
    assertThrows(ModelFiles.MissingException.class, () -> files.load("nothing.onnx"));
    assertArrayEquals(new byte[100], read(files, "within.onnx"));
  }
}
