package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which float initialisers of a node are parameters, and what ONNX Runtime cannot compare. */
class FixedInputsTest {
  @ParameterizedTest
  @CsvSource({
    "LSTM, 8, 1 2 3 7",
    "GRU, 6, 1 2 3",
    "RNN, 6, 1 2 3",
    "ConvTranspose, 3, 1 2",
    "Resize, 4, ''",
    "Pad, 4, ''",
    "InstanceNormalization, 3, 1 2",
    "GroupNormalization, 3, 1 2",
    "RMSNormalization, 2, 1",
    "Einsum, 3, 1 2",
    "OneHot, 3, ''",
    "com.microsoft.SkipLayerNormalization, 5, 1 2 3 4",
    "com.microsoft.Attention, 4, 1 2",
    "com.microsoft.MultiHeadAttention, 6, 1 2 3"
  })
  void weightsAreParametersAndTheRestIsFixed(String operator, int inputs, String trained) {
    OnnxBuilder builder = new OnnxBuilder("one").opset("com.microsoft", 1).input("in0", 1);
    List<String> names = new ArrayList<>(List.of("in0"));
    for (int i = 1; i < inputs; i++) {
      names.add("in" + i);
      builder.initializer("in" + i, new int[] {1}, new float[] {1});
    }
    Map<String, Object> attributes =
        Map.of("num_heads", 1L, "num_groups", 1L, "equation", "a,a,a->a");
    OnnxModel model = builder.node(operator, "node", names, "y", attributes).output("y", 1).build();
    TreeSet<String> expected = new TreeSet<>();
    for (String input : trained.isEmpty() ? new String[0] : trained.split(" ")) {
      expected.add("in" + input);
    }

    try (NDManager manager = Torch.newManager();
        OnnxNetwork network = new OnnxNetwork(model, manager)) {
      assertEquals(expected, new TreeSet<>(network.parameterArrays().keySet()));
    }
  }

  /** ONNX Runtime 1.29 crashes on these; so they are compared with ellipses of one rank. */
  @Test
  void ellipsesOfDifferentRankBroadcast() {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray x = manager.randomUniform(-1, 1, new Shape(2, 3, 4));
      NDArray w = manager.randomUniform(-1, 1, new Shape(4, 5));

      float[] shorter = einsum(manager, x, w);

      assertEquals(5 * 2 * 3, shorter.length);
      assertArrayEquals(einsum(manager, x, w.reshape(1, 1, 4, 5)), shorter, 1e-6f);
    }
  }

  private static float[] einsum(NDManager manager, NDArray x, NDArray w) {
    OnnxModel model =
        new OnnxBuilder("einsum")
            .input("x", 1)
            .input("w", 1)
            .node("Einsum", "e", List.of("x", "w"), "y", Map.of("equation", "...a,...ab->b..."))
            .output("y", 1)
            .build();
    try (OnnxNetwork network = new OnnxNetwork(model, manager)) {
      return network.evaluate(Map.of("x", x, "w", w), List.of("y")).get(0).toFloatArray();
    }
  }
}
