package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A root's slope at 0 has no bound; a norm takes the slope 0 there. */
class RootGradientsTest {
  /** The first half of x is 0, the second is not. */
  @ParameterizedTest
  @CsvSource({
    "ReduceL2, 2",
    "LpPool, 1",
    "LpPool, 2",
    "LpPool, 3",
    "GlobalLpPool, 2",
    "GlobalLpPool, 3",
    "LpNormalization, 2",
    "MeanVarianceNormalization, 2"
  })
  void zerosHaveFiniteGradients(String operator, long p) {
    Map<String, Object> attributes =
        switch (operator) {
          case "ReduceL2" -> Map.of("axes", new long[] {2, 3});
          case "LpPool" -> Map.of("p", p, "kernel_shape", new long[] {2, 2});
          case "MeanVarianceNormalization" -> Map.of("axes", new long[] {2, 3});
          default -> Map.of("p", p);
        };
    OnnxModel model =
        new OnnxBuilder("root")
            .input("x", 2, 1, 2, 2)
            .node(operator, "n", List.of("x"), "y", attributes)
            .output("y", 1)
            .build();

    float[] gradient =
        gradient(model, new float[] {0, 0, 0, 0, 1, 2, -2, 4}, new Shape(2, 1, 2, 2));

    for (int i = 0; i < gradient.length; i++) {
      assertTrue(Float.isFinite(gradient[i]), i + ": " + gradient[i]);
    }
    if (operator.equals("ReduceL2") || operator.contains("Pool")) {
      assertArrayEquals(new float[4], Arrays.copyOf(gradient, 4));
      double norm = Math.pow(Math.pow(1, p) + 2 * Math.pow(2, p) + Math.pow(4, p), 1.0 / p);
      double[] x = {1, 2, -2, 4};
      for (int i = 0; i < 4; i++) {
        double want = Math.signum(x[i]) * Math.pow(Math.abs(x[i]) / norm, p - 1.0);
        assertEquals(want, gradient[4 + i], 1e-5, "" + i);
      }
    }
  }

  /** As exporters write the normalisation of features by their norm, but not by less than 1e-12. */
  @Test
  void aSampleWithoutFeaturesIsNormalised() {
    OnnxModel model =
        new OnnxBuilder("normalise")
            .input("x", 2, 3)
            .initializer("least", new int[0], new float[] {1e-12f})
            .node("ReduceL2", "norm", List.of("x"), "n", Map.of("axes", new long[] {1}))
            .node("Clip", "clip", List.of("n", "least"), "c")
            .node("Div", "div", List.of("x", "c"), "y")
            .output("y", 2, 3)
            .build();

    float[] gradient = gradient(model, new float[] {0, 0, 0, 3, 0, 4}, new Shape(2, 3));

    IntStream.range(0, 6)
        .forEach(i -> assertTrue(Float.isFinite(gradient[i]), i + ": " + gradient[i]));
    double along = (3.0 + 4.0) / 125;
    double[] want = {0.2 - 3 * along, 0.2, 0.2 - 4 * along};
    for (int i = 0; i < 3; i++) {
      assertEquals(want[i], gradient[3 + i], 1e-6);
    }
  }

  /** Of the sum of the output. */
  private static float[] gradient(OnnxModel model, float[] x, Shape shape) {
    try (NDManager manager = Torch.newManager();
        OnnxNetwork network = new OnnxNetwork(model, manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray input = manager.create(x, shape);
      input.setRequiresGradient(true);
      Torch.recordGradients(true);
      Torch.backward(network.forward(input).sum());
      return input.getGradient().toFloatArray();
    } finally {
      Torch.recordGradients(false);
    }
  }
}
