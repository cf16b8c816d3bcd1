package dev.espalier.pruner.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.npz.Limits;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationFileTest {
  private static final OnnxModel MODEL =
      new OnnxBuilder("relu")
          .input("a", -1, 2)
          .node("Relu", "/relu", List.of("a"), "b")
          .output("b", -1, 2)
          .build();

  @TempDir Path folder;

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static double[] read(Path path) throws IOException {
    Samples batches = CalibrationFile.read(path).of(MODEL);
    return batches.of(100).iterator().next().inputs().get("a").elements();
  }

  private static String refused(Path path) {
    return assertThrows(OnnxException.class, () -> read(path)).getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"<f2", "<f4", "<f8", ">f4", ">f8", "<i4", "<i8", ">i2", "|i1", "|u1", "|b1"})
  void everyType(String descr) throws IOException {
    double[] values = {1, 0, 1, 1, 0, 0};
    if (descr.charAt(1) == 'f') {
      values = new double[] {-1.5, 0.25, 3, 0, 65504, 1};
    }
    byte[] array = NpyWriter.array(descr, new int[] {3, 2}, values);

    assertArrayEquals(values, read(file("x.npy", array)));
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "false, 2", "true, 3"})
  void archives(boolean deflated, int version) throws IOException {
    String header = "{'fortran_order': True, 'shape': (3L, 2L), 'descr': '<f4'}";
    byte[] data = NpyWriter.data("<f4", 1, 3, 5, 2, 4, 6);
    Map<String, byte[]> arrays = new LinkedHashMap<>();
    arrays.put("y", NpyWriter.array("<i8", new int[] {3}, 0, 1, 0));
    arrays.put("x", NpyWriter.array(version, header, data));

    Path file = file("data.npz", NpyWriter.zip(arrays, deflated));

    assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, read(file));
  }

  @Test
  void folders() throws IOException {
    file("a.npy", NpyWriter.floats(new int[] {2, 2}, 1, 2, 3, 4));
    file("y.npy", NpyWriter.floats(new int[] {2}, 0, 0));
    file("notes.txt", new byte[] {1});

    assertArrayEquals(new double[] {1, 2, 3, 4}, read(folder));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "{'descr': '|O', 'fortran_order': False, 'shape': (1, 2)} ; never unpickled",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)} ; one array a field",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1, 2)} ; field descr",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 2)} ; fortran_order",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, -2)} ; shape",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999)} ; may be read",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 99999)} ; the file is damaged",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2)} ; empty",
        "{'descr': '<f8', 'fortran_order': False, 'shape': ()} ; first axis",
        "{'descr': '<f4', 'fortran_order': False} ; fields [descr, fortran_order]",
        "__import__('os').system('true') ; dictionary",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 2)} ; needs 32 bytes, there are 8",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)} ; there are more",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1)} ; does not fit graph input \"a\"",
      })
  void badHeaders(String header, String problem) throws IOException {
    String message =
        refused(file("x.npy", NpyWriter.array(1, header, NpyWriter.data("<f4", 1, 2))));

    assertTrue(message.startsWith("x.npy: "), message);
    assertTrue(message.contains(problem), message);
  }

  @Test
  void archivesAreReadWithinTheirLimit() throws IOException {
    byte[] zeros =
        NpyWriter.array(
            1,
            "{'descr': '|u1', 'fortran_order': False, 'shape': (4000, 1000)}",
            new byte[4_000_000]);
    Path bomb = file("bomb.npz", NpyWriter.zip(Map.of("x", zeros), true));
    Limits limits = new Limits(1_000_000, 10);

    OnnxException e = assertThrows(OnnxException.class, () -> CalibrationFile.read(bomb, limits));

    assertTrue(Files.size(bomb) < 10_000);
    assertTrue(e.getMessage().contains("the 1000000 bytes that may be read"), e.getMessage());
  }

  @Test
  void archivesCutShortAreRefused() throws IOException {
    Map<String, byte[]> arrays = new LinkedHashMap<>();
    arrays.put("x", NpyWriter.floats(new int[] {3, 2}, 1, 2, 3, 4, 5, 6));
    arrays.put("y", NpyWriter.floats(new int[] {3}, 1, 2, 3));
    for (boolean deflated : new boolean[] {false, true}) {
      byte[] whole = NpyWriter.zip(arrays, deflated);
      for (int length = 0; length < whole.length; length++) {
        refused(file("short.npz", Arrays.copyOf(whole, length)));
      }
    }
  }

  @Test
  void mutantsAreReadOrRefused() throws IOException {
    Map<String, byte[]> arrays = new LinkedHashMap<>();
    arrays.put("x", NpyWriter.floats(new int[] {3, 2}, 1, 2, 3, 4, 5, 6));
    arrays.put("y", NpyWriter.array("<i8", new int[] {3}, 1, 2, 3));
    byte[][] seeds = {
      NpyWriter.zip(arrays, true), NpyWriter.zip(arrays, false), arrays.get("x"), arrays.get("y")
    };
    SplittableRandom random = new SplittableRandom(7);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] mutant = seeds[i % seeds.length].clone();
      for (int change = 0; change <= random.nextInt(4); change++) {
        mutant[random.nextInt(mutant.length)] =
            (byte)
                (random.nextBoolean()
                    ? random.nextInt(256)
                    : "(),'{}9<>".charAt(random.nextInt(9)));
      }
      Path file = file("mutant", mutant);
      try {
        assertEquals(6, read(file).length);
      } catch (OnnxException e) {
        refused++;
      }
    }
    assertTrue(refused > 1500, refused + " refused");
  }

  @Test
  void whatIsNoDataIsRefused() throws IOException {
    assertTrue(refused(folder).contains("has no arrays"));
    assertTrue(refused(folder.resolve("none.npz")).contains("no such file"));
    assertTrue(refused(file("text", "hello, world".getBytes())).contains("neither .npz nor .npy"));
    assertTrue(refused(file("bad.npy", new byte[4])).contains("neither"));
  }
}
