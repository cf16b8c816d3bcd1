package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueSizesTest {
  @Test
  void shapesOfRandomGraphsAreThoseDeclared() {
    for (long seed = 0; seed < 200; seed++) {
      OnnxModel model = RandomGraph.of(seed);

      Map<String, long[]> shapes = ValueSizes.shapes(model, dims(model.inputs().getFirst()));

      for (ValueInfoProto output : model.outputs()) {
        assertArrayEquals(dims(output), shapes.get(output.getName()), "seed " + seed);
      }
    }
  }

  /** As numpy.matmul has them. */
  @ParameterizedTest
  @CsvSource({"3, 3, ''", "3, 3 4, 4", "2 3, 3, 2", "5 1 2 3, 7 3 4, 5 7 2 4", "3, 7 3 4, 7 4"})
  void productsOfAnyRank(String left, String right, String expected) {
    OnnxModel model =
        new OnnxBuilder("m")
            .input("a", ints(left))
            .initializer("b", ints(right), new float[size(right)])
            .node("MatMul", "product", List.of("a", "b"), "y")
            .output("y", ints(expected))
            .build();

    assertArrayEquals(dims(expected), ValueSizes.shapes(model, dims(left)).get("y"));
  }

  @Test
  void whatDoesNotFitOrIsTooLargeIsNamed() {
    OnnxModel model =
        new OnnxBuilder("m")
            .input("x", -1, 3)
            .initializer("w", new int[] {3, 1024}, new float[3 * 1024])
            .node("MatMul", "grow", List.of("x", "w"), "y")
            .output("y", -1, 1024)
            .build();
    long most = ValueSizes.MOST / 1024;

    assertEquals(2, ValueSizes.shapes(model, most, 3).get("y").length);
    assertNamed(model, "more than", most + 1, 3);
    assertNamed(model, "do not fit", 8, 4);
  }

  private static void assertNamed(OnnxModel model, String found, long... input) {
    OnnxException e = assertThrows(OnnxException.class, () -> ValueSizes.check(model, input));
    assertTrue(e.getMessage().contains("grow"), e.getMessage());
    assertTrue(e.getMessage().contains(found), e.getMessage());
  }

  private static long[] dims(ValueInfoProto value) {
    return value.getType().getTensorType().getShape().getDimList().stream()
        .mapToLong(Dimension::getDimValue)
        .toArray();
  }

  private static long[] dims(String text) {
    return Arrays.stream(ints(text)).asLongStream().toArray();
  }

  private static int[] ints(String text) {
    return text.isEmpty()
        ? new int[0]
        : Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  private static int size(String text) {
    int size = 1;
    for (int dim : ints(text)) {
      size *= dim;
    }
    return size;
  }
}
