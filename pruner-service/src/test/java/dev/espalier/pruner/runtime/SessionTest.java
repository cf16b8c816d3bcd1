package dev.espalier.pruner.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final int WIDTH = 32;

  /** A product with a weight of some type, computed by hand beside it. */
  private static OnnxModel product(ElementType type, int code, ByteString weight) {
    return new OnnxBuilder("product")
        .input("x", 1, WIDTH)
        .initializer(new Tensor("w", type, new int[] {WIDTH, WIDTH}, weight))
        .initializer("none", new int[] {1, 0}, new float[0])
        .node("Cast", "/in", List.of("x"), "typed", Map.of("to", code))
        .node("MatMul", "/matmul", List.of("typed", "w"), "p")
        .node("Cast", "/back", List.of("p"), "q", Map.of("to", 1))
        .node("Concat", "/concat", List.of("q", "none"), "y", Map.of("axis", 1))
        .output("y", 1, WIDTH)
        .build();
  }

  private static ByteString weight(ElementType type, double[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * type.bytes());
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (type) {
        case DOUBLE -> bytes.putDouble(value);
        case FLOAT16 -> bytes.putShort(Float.floatToFloat16((float) value));
        case INT32 -> bytes.putInt((int) value);
        default -> bytes.putFloat((float) value);
      }
    }
    return ByteString.copyFrom(bytes.flip());
  }

  @Test
  void weightsOfEveryTypeAreWhatTheModelSays() {
    SplittableRandom random = new SplittableRandom(5);
    double[] weight = random.doubles(WIDTH * WIDTH).map(d -> Math.rint(d * 4)).toArray();
    double[] input = random.doubles(WIDTH).map(d -> Math.rint(d * 8)).toArray();
    double[] expected = new double[WIDTH];
    for (int i = 0; i < WIDTH * WIDTH; i++) {
      expected[i % WIDTH] += input[i / WIDTH] * weight[i];
    }
    Map<String, Value> inputs =
        Map.of("x", new Value(ElementType.FLOAT, new long[] {1, WIDTH}, input));
    for (ElementType type :
        List.of(ElementType.FLOAT, ElementType.DOUBLE, ElementType.FLOAT16, ElementType.INT32)) {
      OnnxModel model = product(type, type.code(), weight(type, weight));
      try (Weights weights = new Weights();
          Session open = Session.open(model, weights);
          Session unfolded = Session.unfolded(model, weights)) {
        assertArrayEquals(expected, open.run(inputs).get("y").elements(), type.name());
        assertArrayEquals(expected, unfolded.run(inputs).get("y").elements(), type.name());
        assertEquals(List.of("y"), List.copyOf(unfolded.run(inputs).keySet()));
      }
    }
  }

  @Test
  void bytesOutsideTheHeapAreUsedWhereTheyAre() throws Exception {
    ByteBuffer mapped = ByteBuffer.allocateDirect(4096).order(ByteOrder.LITTLE_ENDIAN);
    TensorProto proto =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(1)
            .addDims(1024)
            .setRawData(UnsafeByteOperations.unsafeWrap(mapped))
            .build();
    try (Weights weights = new Weights();
        ai.onnxruntime.OnnxTensor tensor =
            weights.tensor(ai.onnxruntime.OrtEnvironment.getEnvironment(), proto)) {
      mapped.putFloat(0, 42);

      assertEquals(42, tensor.getFloatBuffer().get(0));
    }
  }

  @Test
  void modelsThatShareAConstantShareItsCopy() {
    ByteString bytes = weight(ElementType.FLOAT, new double[WIDTH * WIDTH]);
    OnnxModel one = product(ElementType.FLOAT, 1, bytes);
    OnnxModel other = OnnxModel.of(one.proto().toBuilder().setProducerName("other").build());

    assertSame(
        Slim.withWeightsAsInputs(one).weights().getFirst().getRawData(),
        Slim.withWeightsApart(other).weights().getFirst().getRawData());
  }
}
