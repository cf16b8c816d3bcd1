package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ONNX Runtime has the time axis first only; the other layout is compared with that one. */
class RecurrentLayoutTest {
  @ParameterizedTest
  @CsvSource({"LSTM,true", "GRU,true", "RNN,true", "LSTM,false", "GRU,false", "RNN,false"})
  void batchFirstIsTheSameTransposed(String operator, boolean lengths) {
    try (NDManager manager = Torch.newManager();
        OnnxNetwork timeFirst = new OnnxNetwork(model(operator, 0, lengths), manager);
        OnnxNetwork batchFirst = new OnnxNetwork(model(operator, 1, lengths), manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, NDArray> feeds = new LinkedHashMap<>();
      feeds.put("x", manager.randomUniform(-1, 1, new Shape(4, 3, 2)));
      feeds.put("h", manager.randomUniform(-1, 1, new Shape(2, 3, 5)));
      List<String> outputs = new ArrayList<>(List.of("y", "y_h"));
      if (operator.equals("LSTM")) {
        feeds.put("c", manager.randomUniform(-1, 1, new Shape(2, 3, 5)));
        outputs.add("y_c");
      }
      NDList expected = timeFirst.evaluate(feeds, outputs);
      feeds.replaceAll((name, array) -> array.swapAxes(0, 1));

      NDList actual = batchFirst.evaluate(feeds, outputs);

      assertEquals(new Shape(3, 4, 2, 5), actual.get(0).getShape());
      assertEquals(expected.get(0), actual.get(0).transpose(1, 2, 0, 3));
      for (int i = 1; i < outputs.size(); i++) {
        assertEquals(expected.get(i), actual.get(i).swapAxes(0, 1), outputs.get(i));
      }
    }
  }

  /** 4 steps of 3 sequences of 2 values, 5 hidden units, both directions. */
  private static OnnxModel model(String operator, long layout, boolean lengths) {
    SplittableRandom random = new SplittableRandom(3);
    boolean lstm = operator.equals("LSTM");
    int gates = lstm ? 4 : operator.equals("GRU") ? 3 : 1;
    OnnxBuilder builder =
        new OnnxBuilder("recurrent")
            .initializer(weight(random, "w", 2, gates * 5, 2))
            .initializer(weight(random, "r", 2, gates * 5, 5))
            .initializer(weight(random, "b", 2, 2 * gates * 5))
            .initializer(Tensor.of("lengths", new int[] {3}, new long[] {4, 1, 3}))
            .input("x", layout == 0 ? new int[] {4, 3, 2} : new int[] {3, 4, 2});
    List<String> inputs =
        new ArrayList<>(List.of("x", "w", "r", "b", lengths ? "lengths" : "", "h"));
    List<String> outputs = new ArrayList<>(List.of("y", "y_h"));
    int[] state = layout == 0 ? new int[] {2, 3, 5} : new int[] {3, 2, 5};
    builder.input("h", state).output("y", 1).output("y_h", 1);
    if (lstm) {
      inputs.add("c");
      outputs.add("y_c");
      builder.input("c", state).output("y_c", 1);
    }
    return builder.node(operator, operator, inputs, outputs, attributes(operator, layout)).build();
  }

  /** Without lengths, of a form that the engine has fused. */
  private static Map<String, Object> attributes(String operator, long layout) {
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("direction", "bidirectional");
    attributes.put("hidden_size", 5L);
    attributes.put("layout", layout);
    if (operator.equals("GRU")) {
      attributes.put("linear_before_reset", 1L);
    }
    return attributes;
  }

  private static Tensor weight(SplittableRandom random, String name, int... dims) {
    float[] values = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-0.6, 0.6);
    }
    return Tensor.of(name, dims, values);
  }
}
