package dev.espalier.pruner.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
}
