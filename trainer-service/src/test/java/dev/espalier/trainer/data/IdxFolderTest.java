package dev.espalier.trainer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.trainer.InvalidInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class IdxFolderTest {
  private static final String T10K = "t10k-images-idx3-ubyte";
  private static final String TRAIN = "train-images-idx3-ubyte";

  private static final long HEAP = 1L << 30;

  @TempDir private Path folder;

  @Test
  void oneFileIsSplitAndItsLastTenthMeasures() throws IOException {
    write(T10K, idx(30, 4, 3));

    Dataset data = IdxFolder.read(folder.toString(), HEAP);

    assertEquals(27, data.training().count());
    assertEquals(3, data.validation().count());
    FloatBuffer pixels = FloatBuffer.allocate(12);
    data.validation().x().copy(0, pixels);
    assertEquals((27 * 12 & 0xff) / 255f, pixels.get(0));
  }

  @Test
  void trainAndT10kAreUsedAsTheyAre() throws IOException {
    write(TRAIN, idx(20, 4, 3));
    write(T10K + ".gz", gzip(idx(5, 4, 3)));

    Dataset data = IdxFolder.read(folder.toString(), HEAP);

    assertEquals(20, data.training().count());
    assertEquals(5, data.validation().count());
  }

  @Test
  void gzipIsSeenByItsBytesAndGivesTheSameData() throws IOException {
    write(T10K, idx(30, 4, 3));
    String plain = IdxFolder.read(folder.toString(), HEAP).digest();
    write(T10K, gzip(idx(30, 4, 3)));

    assertEquals(plain, IdxFolder.read(folder.toString(), HEAP).digest());
  }

  @Test
  void digestTellsDataApart() {
    Dataset one = Dataset.split(DrawnDigits.draw(100, 1));
    Dataset two = Dataset.split(DrawnDigits.draw(100, 2));

    assertNotEquals(one.digest(), two.digest());
    assertEquals(64, one.digest().length());
  }

  @Test
  void missingFoldersAndFilesAreNamed() throws IOException {
    assertInvalid(folder.resolve("none").toString(), "no such folder");
    assertInvalid("relative", "absolute");
    assertInvalid("\0", "is no path");
    assertInvalid(folder.toString(), "no file NAME-images-idx3-ubyte");
    write("a-images-idx3-ubyte", idx(10, 2, 2));
    write("b-images-idx3-ubyte", idx(10, 2, 2));
    assertInvalid(folder.toString(), "[a, b]");
  }

  @Test
  void filesThatAreNotWholeAreNamedWithWhatWasFound() {
    byte[] whole = idx(30, 4, 3);
    byte[] zipped = gzip(whole);
    assertBadFile(new byte[0], "ends within its header");
    assertBadFile(Arrays.copyOf(whole, 9), "ends within its header");
    assertBadFile(
        Arrays.copyOf(whole, whole.length - 1), "is truncated: 359 bytes of pixels of 360");
    assertBadFile(Arrays.copyOf(whole, whole.length + 1), "goes on after its 30 images");
    assertBadFile(Arrays.copyOf(zipped, zipped.length / 2), "ends within");
    assertBadFile(new byte[] {0x1f, (byte) 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, "not valid gzip");
    assertBadFile(header(0x00000801, 30, 4, 3), "starts with 0x00000801");
    assertBadFile(header(0x00000803, -1, 4, 3), "-1 images of 4x3");
    assertBadFile(header(0x00000803, 30, 0, 3), "30 images of 0x3");
    assertBadFile(header(0x00000803, Integer.MAX_VALUE, 4096, 4096), "at most 268435456 are read");
    assertBadFile(idx(5, 4, 3), "give at least 10");
  }

  @Test
  void imagesOfTwoSizesAreDeclined() throws IOException {
    write(TRAIN, idx(20, 4, 3));
    write(T10K, idx(5, 3, 4));

    assertInvalid(folder.toString(), "of one size");
  }

  @Test
  void checkingSaysWhatTheTrainingFileSaysOfItself() throws IOException {
    write(TRAIN, gzip(idx(9000, 4, 3)));
    write(T10K, idx(5, 4, 3));

    assertEquals(new IdxHeader(9000, 4, 3), IdxFolder.check(folder.toString(), HEAP));
  }

  @Test
  void allFilesTogetherMustFitAThirdOfTheHeap() throws IOException {
    write(TRAIN, idx(20, 4, 3));
    write(T10K, gzip(idx(5, 4, 3)));
    String path = folder.toString();

    for (Executable call :
        List.<Executable>of(() -> IdxFolder.read(path, 899), () -> IdxFolder.check(path, 899))) {
      InvalidInput e = assertThrows(InvalidInput.class, call);
      assertEquals("data", e.field());
      assertTrue(e.getMessage().contains("300 bytes"), e.getMessage());
      assertTrue(e.getMessage().contains("-Xmx1m"), e.getMessage());
    }
    assertEquals(20, IdxFolder.read(path, 900).training().count());
    assertEquals(20, IdxFolder.check(path, 900).count());
  }

  /** Whatever a file holds, reading ends with images or with an error that names the file. */
  @Test
  void damagedFilesNeverEscape() {
    SplittableRandom random = new SplittableRandom(4);
    byte[] whole = idx(12, 4, 3);
    for (int round = 0; round < 500; round++) {
      byte[] bytes = random.nextBoolean() ? whole.clone() : gzip(whole);
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      write(T10K, bytes);
      try {
        IdxFolder.read(folder.toString(), HEAP);
      } catch (InvalidInput e) {
        assertEquals("data", e.field());
      } catch (IOException e) {
        throw new UncheckedIOException("round " + round, e);
      }
    }
  }

  private void assertBadFile(byte[] bytes, String found) {
    write(T10K, bytes);
    assertInvalid(folder.toString(), found);
  }

  private static void assertInvalid(String path, String found) {
    InvalidInput e = assertThrows(InvalidInput.class, () -> IdxFolder.read(path, HEAP));
    assertEquals("data", e.field());
    assertTrue(e.getMessage().contains(found), e.getMessage());
    InvalidInput checked = assertThrows(InvalidInput.class, () -> IdxFolder.check(path, HEAP));
    assertEquals(e.getMessage(), checked.getMessage());
  }

  private void write(String name, byte[] bytes) {
    try {
      Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] header(int... words) {
    ByteBuffer header = ByteBuffer.allocate(4 * words.length);
    for (int word : words) {
      header.putInt(word);
    }
    return header.array();
  }

  private static byte[] idx(int count, int rows, int columns) {
    byte[] bytes =
        Arrays.copyOf(header(0x00000803, count, rows, columns), 16 + count * rows * columns);
    for (int i = 16; i < bytes.length; i++) {
      bytes[i] = (byte) (i - 16);
    }
    assertArrayEquals(new byte[] {0, 0, 8, 3}, Arrays.copyOf(bytes, 4));
    return bytes;
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
