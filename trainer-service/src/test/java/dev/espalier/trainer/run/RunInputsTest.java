package dev.espalier.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.ModelStore;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.task.Autoencoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunInputsTest {
  private static final long HEAP = 1L << 30;

  @TempDir private Path folder;

  @Test
  void dataOfAnotherSizeIsDeclinedByItsHeader() throws IOException {
    write(20, 27, 28);

    InvalidInput e = refused(settings("", folder.toString()), HEAP);

    assertEquals("data", e.field());
    assertTrue(e.remedy().contains("images of 27x28"), e.remedy());
  }

  @Test
  void dataThatDoesNotFitTheHeapIsDeclinedWithTheHeapThatWouldDo() throws IOException {
    write(2000, 28, 28);
    long pixels = 2000 * 784;

    InvalidInput e = refused(settings("", folder.toString()), 3 * pixels - 1);

    assertEquals("data", e.field());
    assertTrue(e.remedy().contains("-Xmx5m"), e.remedy());
    RunInputs.check(settings("", folder.toString()), new ModelStore(folder), 3 * pixels);
  }

  @Test
  void modelLargerThanAnEighthOfTheHeapIsDeclined() throws IOException {
    Path file = folder.resolve("m.onnx");
    new Autoencoder(4).freshModel(1).write(file);
    long bytes = Files.size(file);

    InvalidInput e = refused(settings("m.onnx", ""), 8 * bytes - 1);

    assertEquals("model", e.field());
    assertTrue(e.remedy().contains("-Xmx"), e.remedy());
    RunInputs.check(settings("m.onnx", ""), new ModelStore(folder), 8 * bytes);
  }

  private InvalidInput refused(RunSettings settings, long heap) {
    return assertThrows(
        InvalidInput.class, () -> RunInputs.check(settings, new ModelStore(folder), heap));
  }

  private void write(int count, int rows, int columns) throws IOException {
    ByteBuffer file = ByteBuffer.allocate(16 + count * rows * columns);
    file.putInt(0x00000803).putInt(count).putInt(rows).putInt(columns);
    Files.write(folder.resolve("t10k-images-idx3-ubyte"), file.array());
  }

  private static RunSettings settings(String model, String data) {
    return Requests.settings(
        Requests.request("r", 1, 1).setModel(model).setData(data).setBatchSize(1));
  }
}
