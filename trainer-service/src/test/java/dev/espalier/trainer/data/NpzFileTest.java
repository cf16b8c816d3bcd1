package dev.espalier.trainer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.trainer.InvalidInput;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzFileTest {
  private static final long HEAP = 1 << 20;

  @TempDir private Path folder;

  @Test
  void lastSamplesAreForValidation() throws IOException {
    Path file =
        file(Map.of("x", x(10), "y", Npz.longs(new int[] {10}, 0, 1, 2, 0, 1, 2, 0, 1, 2, 5)));

    Dataset data = NpzFile.read(file.toString(), 0.2, HEAP);

    assertEquals(8, data.training().count());
    assertEquals(2, data.validation().count());
    assertArrayEquals(new int[] {2}, data.training().x().shape());
    FloatBuffer pair = FloatBuffer.allocate(2);
    data.validation().x().copy(1, pair);
    assertArrayEquals(new float[] {18, 19}, pair.array());
    LongBuffer label = LongBuffer.allocate(1);
    data.validation().y().orElseThrow().copy(1, label);
    assertEquals(5, label.get(0));
    assertEquals(1, data.training().y().orElseThrow().size());
    assertTrue(data.training().y().orElseThrow().integers());
  }

  @Test
  void digestTellsContentAndShapeApart() throws IOException {
    String digest = digest(Map.of("x", Npz.floats(new int[] {4, 2}, 0, 1, 2, 3, 4, 5, 6, 7)));

    assertEquals(digest, digest(Map.of("x", Npz.floats(new int[] {4, 2}, 0, 1, 2, 3, 4, 5, 6, 7))));
    assertNotEquals(
        digest, digest(Map.of("x", Npz.floats(new int[] {4, 2}, 0, 1, 2, 3, 4, 5, 6, 8))));
    assertNotEquals(
        digest, digest(Map.of("x", Npz.floats(new int[] {4, 2, 1}, 0, 1, 2, 3, 4, 5, 6, 7))));
  }

  @Test
  void filesThatCannotBeUsedSayWhy() throws IOException {
    assertRefused("there is no such file", folder.resolve("missing.npz"));
    assertRefused("absolute path", Path.of("some.npz"));
    assertRefused("save x", file(Map.of("z", x(10))));
    assertRefused("more than 2 arrays", file(Map.of("x", x(10), "y", x(10), "w", x(10))));
    assertRefused("10 samples in x and 9 in y", file(Map.of("x", x(10), "y", x(9))));
    assertRefused("too few", file(Map.of("x", x(1))));
    byte[] odd = Npz.floats(new int[] {3, 2}, 1, 2, 3, Double.NaN, 5, 6);
    assertRefused("sample 1 has NaN at place 1", file(Map.of("x", odd)));
    assertRefused("may be read", file(Map.of("x", x(50_000))));
  }

  /** As a download that was interrupted leaves it. */
  @Test
  void filesCutShortAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(file(Map.of("x", x(10), "y", x(10))));
    for (int length = 0; length < whole.length; length += 7) {
      Path cut = Files.write(folder.resolve("cut.npz"), Arrays.copyOf(whole, length));
      assertRefused("", cut);
    }
  }

  private String digest(Map<String, byte[]> arrays) throws IOException {
    return NpzFile.read(file(arrays).toString(), 0.25, HEAP).digest();
  }

  private void assertRefused(String words, Path file) {
    InvalidInput e =
        assertThrows(InvalidInput.class, () -> NpzFile.read(file.toString(), 0.1, HEAP));
    assertEquals("data", e.field());
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  private static byte[] x(int samples) {
    double[] values = new double[2 * samples];
    Arrays.setAll(values, i -> i);
    return Npz.floats(new int[] {samples, 2}, values);
  }

  private Path file(Map<String, byte[]> arrays) throws IOException {
    return Npz.write(folder.resolve("data.npz"), arrays);
  }
}
