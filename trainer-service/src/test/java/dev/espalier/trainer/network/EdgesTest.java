package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OrtException;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Borders that random nodes seldom meet, compared with ONNX Runtime. */
class EdgesTest {
  /** Rounding up adds as many cells behind as are padded in front. */
  @ParameterizedTest
  @ValueSource(longs = {11, 19})
  void averagePoolCountsPaddingButNotWhatRoundingUpAdds(long opset) throws OrtException {
    for (long[] pads : List.of(new long[] {1, 0}, new long[] {1, 1}, new long[] {0, 1})) {
      for (int length = 4; length < 7; length++) {
        OnnxModel model =
            new OnnxBuilder("pool")
                .opset("", opset)
                .input("x", 1, 1, length)
                .node(
                    "AveragePool",
                    "p",
                    List.of("x"),
                    "y",
                    Map.of(
                        "kernel_shape",
                        new long[] {2},
                        "strides",
                        new long[] {2},
                        "pads",
                        pads,
                        "ceil_mode",
                        1L,
                        "count_include_pad",
                        1L))
                .output("y", 1, 1, -1)
                .build();
        compare(model, length, 1, 1, length);
      }
    }
  }

  @Test
  void slicesTakeAnyBounds() throws OrtException {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 300; i++) {
      int length = random.nextInt(1, 5);
      int step = random.nextInt(1, 4) * (i % 2 == 0 ? 1 : -1);
      slice(
          length,
          bound(random, Long.MAX_VALUE),
          bound(random, step > 0 ? Long.MAX_VALUE : 8),
          step);
    }
    slice(3, -7, Long.MIN_VALUE, -1);
    slice(3, Long.MIN_VALUE, -9, -2);
    slice(0, -1, Long.MIN_VALUE, -1);
    slice(0, 0, 5, 1);
  }

  /**
   * @param most the largest; backwards, ONNX Runtime alone reads the largest number of all as an
   *     end to be the first element's
   */
  private static long bound(SplittableRandom random, long most) {
    return switch (random.nextInt(8)) {
      case 0 -> Long.MIN_VALUE;
      case 1 -> most;
      default -> random.nextInt(-9, 9);
    };
  }

  private static void slice(int length, long start, long end, long step) throws OrtException {
    OnnxModel model =
        new OnnxBuilder("slice")
            .input("x", -1)
            .initializer(Tensor.of("start", new int[] {1}, new long[] {start}))
            .initializer(Tensor.of("end", new int[] {1}, new long[] {end}))
            .initializer(Tensor.of("axis", new int[] {1}, new long[] {0}))
            .initializer(Tensor.of("step", new int[] {1}, new long[] {step}))
            .node("Slice", "s", List.of("x", "start", "end", "axis", "step"), "y")
            .output("y", -1)
            .build();
    compare(model, length, length);
  }

  private static void compare(OnnxModel model, int elements, int... dims) throws OrtException {
    float[] x = new float[elements];
    for (int i = 0; i < elements; i++) {
      x[i] = i + 1;
    }
    OnnxRuntime.Value want = OnnxRuntime.run(model, Map.of("x", Tensor.of("x", dims, x))).get("y");
    try (NDManager manager = Torch.newManager();
        OnnxNetwork network = new OnnxNetwork(model, manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Shape shape = new Shape(Arrays.stream(dims).asLongStream().toArray());

      NDArray have = network.forward(manager.create(x, shape));

      String place = model.nodes().getFirst().proto() + " " + model.initializers().values();
      assertArrayEquals(want.dims(), have.getShape().getShape(), place);
      float[] values = have.size() == 0 ? new float[0] : have.toFloatArray();
      assertArrayEquals(
          want.values(),
          IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray(),
          1e-6,
          place);
    }
  }
}
