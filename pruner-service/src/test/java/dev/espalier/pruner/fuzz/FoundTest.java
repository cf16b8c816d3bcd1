package dev.espalier.pruner.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.DependencyGraph;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What mutants showed, each in a model as small as can be. */
class FoundTest {
  private final SplittableRandom random = new SplittableRandom(5);

  private OnnxBuilder convolution(Map<String, Object> how, int... bias) {
    OnnxBuilder builder =
        new OnnxBuilder("convolution")
            .input("x", -1, 2, 4, 4)
            .initializer("first", new int[] {3, 2, 1, 1}, Networks.floats(6, random))
            .initializer("bias", bias, Networks.floats(6, random))
            .initializer("last", new int[] {2, 3, 1, 1}, Networks.floats(6, random));
    return builder
        .node("Conv", "/first", List.of("x", "first", "bias"), "h", how)
        .node("Conv", "/last", List.of("h", "last"), "y")
        .output("y", -1, 2, 4, 4);
  }

  private static DependencyGraph graph(OnnxModel model) {
    return new Pruner().analyze(model).graph();
  }

  @Test
  void aBiasOfSeveralAxesIsNoChannelsBias() {
    OnnxModel model = convolution(Map.of(), 3, 2, 1, 1).build();

    assertTrue(graph(model).declined().toString().contains("\"bias\" has 4 axes"));
    Cuts.random(model, 1);
  }

  @Test
  void asManyGroupsOfAConvolutionAsNoIntegerHoldsAreDeclined() {
    OnnxBuilder model =
        new OnnxBuilder("groups")
            .input("x", -1, 2, 4, 4)
            .initializer("w", new int[] {3, 2, 1, 1}, Networks.floats(6, random))
            .node("Conv", "/conv", List.of("x", "w"), "y", Map.of("group", 1L << 40))
            .output("y", -1, 3, 4, 4);

    assertTrue(graph(model.build()).declined().toString().contains("integer overflow"));
  }

  @Test
  void aProductOfUnknownShapeCountsNoOperations() {
    OnnxModel model =
        new OnnxBuilder("unknown")
            .input("x", -1, 4)
            .initializer("w", new int[] {4, 4}, Networks.floats(16, random))
            .node("NonZero", "/where", List.of("x"), "places")
            .node("Cast", "/cast", List.of("places"), "real", Map.of("to", 1))
            .initializer(Tensor.of("shape", new int[] {2}, new long[] {-1, 4}))
            .node("Reshape", "/reshape", List.of("real", "shape"), "rows")
            .node("MatMul", "/matmul", List.of("rows", "w"), "y")
            .output("y", -1, 4)
            .build();

    assertEquals(0, graph(model).macs());
  }

  @Test
  void aRecurrentWeightWithoutDirectionsCountsNoOperations() {
    OnnxModel model =
        new OnnxBuilder("recurrent")
            .input("x", 3, -1, 2)
            .initializer("w", new int[] {12, 2}, Networks.floats(24, random))
            .initializer("r", new int[] {12, 3}, Networks.floats(36, random))
            .node("LSTM", "/lstm", List.of("x", "w", "r"), "y", Map.of("hidden_size", 3))
            .output("y", 3, 1, -1, 3)
            .build();

    assertEquals(0, graph(model).macs());
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, -2})
  void aSliceOfANegativeLengthIsRefusedBeforeItEndsTheProcess(long repeats) {
    refused(
        sliced()
            .initializer(Tensor.of("repeats", new int[] {2}, new long[] {1, repeats}))
            .node("Tile", "/made", List.of("x", "repeats"), "made"));
    refused(
        sliced()
            .initializer(Tensor.of("pads", new int[] {4}, new long[] {0, 0, 0, repeats - 4}))
            .node("Pad", "/made", List.of("x", "pads"), "made"));
    refused(
        sliced()
            .initializer(Tensor.of("axis", new int[] {1}, new long[] {2}))
            .node("Unsqueeze", "/wide", List.of("x", "axis"), "wide")
            .initializer(
                "w", new int[] {1, 4, (int) (2 - repeats)}, new float[4 * (int) (2 - repeats)])
            .node("Conv", "/made", List.of("wide", "w"), "made"));
  }

  private static OnnxBuilder sliced() {
    return new OnnxBuilder("sliced")
        .input("x", 1, 4)
        .initializer(Tensor.of("from", new int[] {1}, new long[] {0}))
        .initializer(Tensor.of("to", new int[] {1}, new long[] {5}))
        .output("y", -1, -1);
  }

  private static void refused(OnnxBuilder builder) {
    OnnxModel model = builder.node("Slice", "/slice", List.of("made", "from", "to"), "y").build();
    OnnxException e = assertThrows(OnnxException.class, () -> new Pruner().analyze(model));
    assertTrue(e.getMessage().contains("/made"), e.getMessage());
  }
}
