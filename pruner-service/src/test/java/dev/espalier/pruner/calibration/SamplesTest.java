package dev.espalier.pruner.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.runtime.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SamplesTest {
  @TempDir Path folder;

  private Calibration data(Map<String, byte[]> arrays) throws IOException {
    return CalibrationFile.read(
        Files.write(folder.resolve("data.npz"), NpyWriter.zip(arrays, true)));
  }

  private static OnnxModel sum(int batch) {
    return new OnnxBuilder("sum")
        .input("a", batch, 2)
        .input("b", batch, 2)
        .node("Add", "/add", List.of("a", "b"), "c")
        .output("c", batch, 2)
        .build();
  }

  private static byte[] rows(int count) {
    double[] values = new double[2 * count];
    java.util.Arrays.setAll(values, i -> i);
    return NpyWriter.floats(new int[] {count, 2}, values);
  }

  private static List<Integer> sizes(Samples batches, int size) {
    List<Integer> sizes = new ArrayList<>();
    batches.of(size).forEach(batch -> sizes.add(batch.size()));
    return sizes;
  }

  @Test
  void theLastBatchIsSmaller() throws IOException {
    Samples batches = data(Map.of("a", rows(7), "b", rows(7))).of(sum(-1));

    assertEquals(List.of(3, 3, 1), sizes(batches, 3));
    List<double[]> last = new ArrayList<>();
    batches.batches(3).forEach(inputs -> last.add(inputs.get("a").elements()));
    assertArrayEquals(new double[] {12, 13}, last.getLast());
  }

  @Test
  void aFixedBatchIsKeptAndTheRestDropped() throws IOException {
    Samples batches = data(Map.of("a", rows(7), "b", rows(7))).of(sum(3));

    assertEquals(List.of(3, 3), sizes(batches, 64));
    assertEquals(6, batches.samples());
    assertThrows(OnnxException.class, () -> data(Map.of("a", rows(2), "b", rows(2))).of(sum(3)));
  }

  @Test
  void arraysAndInputsMustMatch() throws IOException {
    String missing =
        assertThrows(OnnxException.class, () -> data(Map.of("a", rows(2))).of(sum(-1)))
            .getMessage();
    String extra =
        assertThrows(
                OnnxException.class,
                () -> data(Map.of("a", rows(2), "b", rows(2), "z", rows(2))).of(sum(-1)))
            .getMessage();
    String unequal =
        assertThrows(OnnxException.class, () -> data(Map.of("a", rows(2), "b", rows(3))))
            .getMessage();

    assertTrue(missing.contains("no array \"b\""), missing);
    assertTrue(extra.contains("z.npy") && extra.contains("[a, b]"), extra);
    assertTrue(unequal.contains("samples on its first axis"), unequal);
  }

  @Test
  void whatIsNotFiniteIsNamed() throws IOException {
    byte[] bad = NpyWriter.floats(new int[] {2, 2}, 0, 1, Double.NaN, 2);
    Samples batches = data(Map.of("a", bad, "b", rows(2))).of(sum(-1));

    OnnxException e = assertThrows(OnnxException.class, () -> batches.of(2).iterator().next());

    assertTrue(
        e.getMessage().contains("a.npy") && e.getMessage().contains("sample 1"), e.getMessage());
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"FLOAT", "DOUBLE", "FLOAT16", "INT64", "INT32", "UINT8", "INT8", "BOOL"})
  void valuesComeThroughTheEngineInTheModelsType(ElementType type) throws IOException {
    var model = new OnnxBuilder("same").input("a", -1, 2).node("Identity", "/i", List.of("a"), "b");
    var proto = model.output("b", -1, 2).build().proto().toBuilder();
    for (var value :
        List.of(
            proto.getGraphBuilder().getInputBuilder(0),
            proto.getGraphBuilder().getOutputBuilder(0))) {
      value.getTypeBuilder().getTensorTypeBuilder().setElemType(type.code());
    }
    OnnxModel typed = OnnxModel.of(proto.build());
    byte[] array = NpyWriter.array("|u1", new int[] {2, 2}, 1, 0, 0, 1);
    Samples batches = data(Map.of("x", array)).of(typed);
    try (Session session = Session.open(typed)) {
      var inputs = batches.of(2).iterator().next().inputs();

      assertArrayEquals(new double[] {1, 0, 0, 1}, session.run(inputs).get("b").elements());
    }
  }

  @Test
  void floatsAreNoIntegers() throws IOException {
    var proto = sum(-1).proto().toBuilder();
    proto
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .setElemType(ElementType.INT64.code());
    OnnxModel model = OnnxModel.of(proto.build());

    OnnxException e =
        assertThrows(OnnxException.class, () -> data(Map.of("a", rows(2), "b", rows(2))).of(model));

    assertTrue(e.getMessage().contains("wants INT64"), e.getMessage());
  }
}
