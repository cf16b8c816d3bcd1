package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueSizesTest {
  private static final long LARGE = 1L << 20;

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

    assertDoesNotThrow(() -> ValueSizes.check(model, 64, 3));
    assertNamed(model, "more than", most + 1, 3);
    assertNamed(model, "do not fit", 8, 4);
    assertNamed(model, "do not fit", 8, 3, 1);
  }

  /** Each would make 2^40 elements or more from a few. */
  @ParameterizedTest
  @CsvSource({"Expand", "Tile", "ConstantOfShape", "Add", "Gather", "MatMul", "Where"})
  void hugeValuesAreDeclinedBeforeTheyAreMade(String operator) {
    OnnxBuilder builder = new OnnxBuilder("m").input("x", 1, 1).output("y");
    switch (operator) {
      case "Expand", "Tile" ->
          builder
              .initializer(Tensor.of("to", new int[] {2}, new long[] {LARGE, LARGE}))
              .node(operator, "grow", List.of("x", "to"), "y");
      case "ConstantOfShape" ->
          builder
              .initializer(Tensor.of("to", new int[] {2}, new long[] {LARGE, LARGE}))
              .node(operator, "grow", List.of("to"), "y");
      default -> {
        builder
            .initializer(Tensor.of("tall", new int[] {2}, new long[] {LARGE, 1}))
            .initializer(Tensor.of("wide", new int[] {2}, new long[] {1, LARGE}))
            .node("Expand", "a", List.of("x", "tall"), "a")
            .node("Expand", "b", List.of("x", "wide"), "b");
        if (operator.equals("Gather")) {
          builder
              .node("Cast", "c", List.of("a"), "c", Map.of("to", (long) ElementType.INT64.code()))
              .node(operator, "grow", List.of("b", "c"), "y");
        } else if (operator.equals("Where")) {
          builder
              .node("Cast", "c", List.of("a"), "c", Map.of("to", (long) ElementType.BOOL.code()))
              .node(operator, "grow", List.of("c", "x", "b"), "y");
        } else {
          builder.node(operator, "grow", List.of("a", "b"), "y");
        }
      }
    }

    assertNamed(builder.build(), "more than", 1, 1);
  }

  @Test
  void longRangesAndWidePaddingAreDeclined() {
    int[] scalar = {};
    OnnxModel range =
        new OnnxBuilder("m")
            .input("x", 1)
            .initializer(Tensor.of("from", scalar, new long[] {0}))
            .initializer(Tensor.of("to", scalar, new long[] {Long.MAX_VALUE}))
            .initializer(Tensor.of("by", scalar, new long[] {1}))
            .node("Range", "grow", List.of("from", "to", "by"), "r")
            .node("Identity", "i", List.of("r"), "y")
            .output("y")
            .build();
    OnnxModel padded =
        new OnnxBuilder("m")
            .input("x", 1, 1, 4, 4)
            .node(
                "AveragePool",
                "grow",
                List.of("x"),
                "y",
                Map.of(
                    "kernel_shape",
                    new long[] {2, 2},
                    "pads",
                    new long[] {LARGE, LARGE, LARGE, LARGE},
                    "strides",
                    new long[] {LARGE, LARGE}))
            .output("y")
            .build();

    assertNamed(range, "more than", 1);
    assertNamed(padded, "more than", 1, 1, 4, 4);
  }

  @Test
  void manyValuesTogetherAreBounded() {
    OnnxBuilder builder = new OnnxBuilder("m").input("x", 1).output("y");
    long each = ValueSizes.MOST;
    builder.initializer(Tensor.of("to", new int[] {1}, new long[] {each}));
    builder.node("Expand", "first", List.of("x", "to"), "v0");
    int last = (int) (ValueSizes.MOST_TOGETHER / each);
    for (int i = 0; i < last; i++) {
      builder.node("Identity", i == last - 1 ? "grow" : "n" + i, List.of("v" + i), "v" + (i + 1));
    }
    builder.node("Identity", "end", List.of("v" + last), "y");

    assertNamed(builder.build(), "more than", 1);
  }

  private static void assertNamed(OnnxModel model, String found, long... input) {
    OnnxException e = assertThrows(OnnxException.class, () -> ValueSizes.check(model, input));
    assertTrue(e.getMessage().contains("grow"), e.getMessage());
    assertTrue(e.getMessage().contains(found), e.getMessage());
  }
}
