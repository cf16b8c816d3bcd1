package dev.espalier.pruner.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShapesTest {
  /** So many products of one constant matrix with itself, one after the other. */
  private static OnnxModel powers(int width, int count) {
    OnnxBuilder builder =
        new OnnxBuilder("powers")
            .input("x", -1, width)
            .initializer("w", new int[] {width, width}, new float[width * width]);
    String last = "w";
    for (int i = 0; i < count; i++) {
      builder.node("MatMul", "/power" + i, List.of(last, "w"), "p" + i);
      last = "p" + i;
    }
    return builder.node("MatMul", "/out", List.of("x", last), "y").output("y", -1, width).build();
  }

  @Test
  void whatIsMadeOfConstantsHasAShapeToo() {
    Map<String, long[]> shapes = Shapes.of(powers(8, 3));

    assertArrayEquals(new long[] {8, 8}, shapes.get("p2"));
    assertArrayEquals(new long[] {1, 8}, shapes.get("y"));
  }

  @Test
  void shapesThatAModelComputesAreKnown() {
    OnnxModel model =
        new OnnxBuilder("flatten")
            .input("x", -1, 2, 4)
            .initializer(int64("zero", new int[0], 0))
            .initializer(int64("axes", new int[] {1}, 0))
            .initializer(int64("rest", new int[] {1}, -1))
            .node("Shape", "/shape", List.of("x"), "s")
            .node("Gather", "/gather", List.of("s", "zero"), "batch")
            .node("Unsqueeze", "/unsqueeze", List.of("batch", "axes"), "b1")
            .node("Concat", "/concat", List.of("b1", "rest"), "target", Map.of("axis", 0))
            .node("Reshape", "/reshape", List.of("x", "target"), "flat")
            .node("Relu", "/relu", List.of("flat"), "y")
            .output("y", -1, 8)
            .build();

    assertArrayEquals(new long[] {1, 8}, Shapes.of(model).get("flat"));
  }

  @Test
  void whatIsNoTensorIsFollowedThroughLongGraphs() {
    OnnxBuilder builder =
        new OnnxBuilder("sequence")
            .input("x", -1, 6)
            .initializer(int64("one", new int[0], 1))
            .initializer(int64("three", new int[0], 3))
            .node("SplitToSequence", "/split", List.of("x", "three"), "parts", Map.of("axis", 1));
    String last = "x";
    for (int i = 0; i < 2500; i++) {
      builder.node("Relu", "/relu" + i, List.of(last), "r" + i);
      last = "r" + i;
    }
    OnnxModel model =
        builder
            .node("ReduceMax", "/max", List.of(last), "max", Map.of("keepdims", 0))
            .node("Cast", "/index", List.of("max"), "index", Map.of("to", 7))
            .node("SequenceAt", "/at", List.of("parts", "index"), "part")
            .node("Concat", "/concat", List.of("part", last), "y", Map.of("axis", 1))
            .output("y", -1, 9)
            .build();

    Map<String, long[]> shapes = Shapes.of(model);

    assertArrayEquals(new long[] {1, 6}, shapes.get("r2499"));
    assertArrayEquals(new long[0], shapes.get("max"));
    assertFalse(shapes.containsKey("y") && shapes.get("y").length != 2);
  }

  @Test
  void aValueOfUnknownRankHasNoShape() {
    OnnxModel model =
        new OnnxBuilder("unknown")
            .input("x", 1, 6)
            .input("s", 3)
            .node("Cast", "/cast", List.of("s"), "shape", Map.of("to", 7))
            .node("NonZero", "/nonzero", List.of("shape"), "places")
            .node("Squeeze", "/squeeze", List.of("places"), "squeezed")
            .node("Reshape", "/reshape", List.of("x", "squeezed"), "r")
            .node("Relu", "/relu", List.of("r"), "y")
            .output("y", -1)
            .build();

    Map<String, long[]> shapes = Shapes.of(model);

    assertFalse(shapes.containsKey("y"));
    assertFalse(shapes.containsKey("places"));
  }

  private static Tensor int64(String name, int[] dims, long value) {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
    return new Tensor(name, ElementType.INT64, dims, ByteString.copyFrom(bytes));
  }

  @Test
  void aModelThatMakesTooMuchIsRefusedBeforeItMakesIt() {
    OnnxModel model = powers(1024, 500);

    OnnxException e = assertThrows(OnnxException.class, () -> Shapes.of(model));

    assertTrue(e.getMessage().contains("/power0"), e.getMessage());
    assertTrue(e.getMessage().contains("524289024"), e.getMessage());
  }

  @Test
  void aLongChainOfWhatIsNoTensorIsWalked() {
    OnnxBuilder builder = new OnnxBuilder("chain").input("x", -1, 2);
    builder.node("SequenceConstruct", "/start", List.of("x"), "s0");
    for (int i = 1; i <= 3500; i++) {
      builder.node("SequenceInsert", "/insert" + i, List.of("s" + (i - 1), "x"), "s" + i);
    }
    OnnxModel model =
        builder
            .node("ConcatFromSequence", "/concat", List.of("s3500"), "all", Map.of("axis", 0))
            .node("Relu", "/relu", List.of("x"), "y")
            .output("y", -1, 2)
            .build();

    assertArrayEquals(new long[] {1, 2}, Shapes.of(model).get("y"));
  }
}
