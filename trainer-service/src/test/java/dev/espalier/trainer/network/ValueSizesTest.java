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

  /**
   * Inputs and outputs are small enough, but not what the operator makes in between, or not for
   * Java's memory.
   */
  @ParameterizedTest
  @CsvSource({
    "ScatterElements",
    "ScatterND",
    "Attention",
    "Projections",
    "Einsum",
    "LSTM",
    "Resize",
    "OneHot",
    "Range",
    "MaxPool",
    "ArgMax"
  })
  void hugeIntermediatesAreDeclined(String operator) {
    OnnxBuilder builder =
        new OnnxBuilder("m").opset("", 18).opset("com.microsoft", 1).input("x", 1).output("y");
    switch (operator) {
      case "ScatterElements", "ScatterND" -> {
        boolean nd = operator.equals("ScatterND");
        shaped(builder, "data", 1 << 14);
        shaped(builder, "updates", 1 << 14);
        zeros(builder, "at", nd ? new long[] {1 << 14, 1} : new long[] {1 << 14});
        grow(builder, operator, List.of("data", "at", "updates"), Map.of("reduction", "add"));
      }
      case "Attention" -> {
        shaped(builder, "a", 1, 1 << 14, 1);
        builder.initializer("w", new int[] {1, 3}, new float[3]);
        grow(builder, "com.microsoft.Attention", List.of("a", "w"), Map.of("num_heads", 1L));
      }
      case "Projections" -> {
        int width = 1 << 16;
        shaped(builder, "a", 1, 1 << 10, 1);
        builder.initializer("w", new int[] {1, 2 * width + 1}, new float[2 * width + 1]);
        grow(
            builder,
            "com.microsoft.Attention",
            List.of("a", "w"),
            Map.of("num_heads", 1L, "qkv_hidden_sizes", new long[] {width, width, 1}));
      }
      case "Einsum" -> {
        shaped(builder, "a", 1, 1 << 14);
        shaped(builder, "b", 1 << 14, 1);
        grow(builder, operator, List.of("a", "b"), Map.of("equation", "sa,sb->ab"));
      }
      case "LSTM" -> {
        int hidden = 128;
        shaped(builder, "a", 1 << 10, 1 << 9, 1);
        builder
            .initializer("w", new int[] {1, 4 * hidden, 1}, new float[4 * hidden])
            .initializer("r", new int[] {1, 4 * hidden, hidden}, new float[4 * hidden * hidden]);
        grow(builder, operator, List.of("a", "w", "r"), Map.of("hidden_size", (long) hidden));
      }
      case "Resize" -> {
        shaped(builder, "a", 1, 1 << 24);
        builder.initializer(Tensor.of("to", new int[] {2}, new long[] {1, 2}));
        grow(
            builder,
            operator,
            List.of("a", "", "", "to"),
            Map.of("mode", "linear", "antialias", 1L));
      }
      case "OneHot" -> {
        zeros(builder, "at", 1);
        builder
            .initializer(Tensor.of("depth", new int[0], new long[] {(1 << 24) + 1}))
            .initializer("values", new int[] {2}, new float[2]);
        grow(builder, operator, List.of("at", "depth", "values"), Map.of());
      }
      case "Range" -> {
        builder
            .initializer(Tensor.of("zero", new int[0], new long[] {0}))
            .initializer(Tensor.of("to", new int[0], new long[] {(1 << 24) + 1}))
            .initializer(Tensor.of("one", new int[0], new long[] {1}));
        grow(builder, operator, List.of("zero", "to", "one"), Map.of());
      }
      case "MaxPool" -> {
        shaped(builder, "a", 1, 1, (1 << 24) + 1);
        Map<String, Object> attributes =
            Map.of("kernel_shape", new long[] {1}, "strides", new long[] {1 << 20});
        builder.node(operator, "grow", List.of("a"), List.of("y", "where"), attributes);
      }
      default -> {
        shaped(builder, "a", (1 << 24) + 1);
        grow(builder, operator, List.of("a"), Map.of());
      }
    }
    assertNamed(builder.build(), "more than", 1);
  }

  private static void grow(
      OnnxBuilder builder, String operator, List<String> inputs, Map<String, Object> attributes) {
    builder.node(operator, "grow", inputs, "y", attributes);
  }

  /** x repeated to a shape. */
  private static void shaped(OnnxBuilder builder, String name, long... dims) {
    builder
        .initializer(Tensor.of(name + ".to", new int[] {dims.length}, dims))
        .node("Expand", name, List.of("x", name + ".to"), name);
  }

  /** Of int64. */
  private static void zeros(OnnxBuilder builder, String name, long... dims) {
    builder
        .initializer(Tensor.of(name + ".to", new int[] {dims.length}, dims))
        .node(
            "ConstantOfShape",
            name,
            List.of(name + ".to"),
            name,
            Map.of("value", Tensor.of("", new int[] {1}, new long[1])));
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
