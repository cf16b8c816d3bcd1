package dev.espalier.pruner.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  @Test
  void readsWhatIsWithinBounds() throws Exception {
    assertArrayEquals(new byte[100], files(100, 800).read("m.onnx"));
  }

  @Test
  void saysWhichBoundIsTooSmall() throws Exception {
    ModelFiles bySetting = files(99, 1 << 20);
    ModelFiles byMemory = files(1000, 799);

    assertTrue(
        assertThrows(OnnxException.class, () -> bySetting.read("m.onnx"))
            .getMessage()
            .contains("espalier.pruner.max-model-bytes"));
    assertTrue(
        assertThrows(OnnxException.class, () -> byMemory.read("m.onnx"))
            .getMessage()
            .contains("-Xmx"));
  }

  @Test
  void neverLeavesTheStore() throws Exception {
    ModelFiles files = files(1000, 1 << 20);
    Files.createSymbolicLink(folder.resolve("store/link.onnx"), folder.resolve("secret"));
    Files.createSymbolicLink(folder.resolve("store/within.onnx"), Path.of("m.onnx"));

    for (String name : new String[] {"link.onnx", "../secret", "", ".", "/etc/passwd", "a\0"}) {
      assertThrows(OnnxException.class, () -> files.read(name), name);
    }
    assertThrows(ModelFiles.MissingException.class, () -> files.read("nothing.onnx"));
    assertArrayEquals(new byte[100], files.read("within.onnx"));
  }
}
