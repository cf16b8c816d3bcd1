package dev.espalier.trainer.network.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OrtException;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecurrentRulesTest {
  private static NDManager manager;

  @BeforeAll
  static void start() {
    manager = Torch.newManager();
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  static Stream<NodeCase> cases() {
    return Stream.of("LSTM", "GRU", "RNN")
        .flatMap(operator -> LongStream.range(0, 24).mapToObj(seed -> random(operator, seed)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsOnnxRuntimeAndFiniteDifferences(NodeCase node) throws OrtException {
    node.check(manager);
  }

  /** ONNX Runtime has the time axis first only. */
  @ParameterizedTest
  @ValueSource(strings = {"LSTM", "GRU", "RNN"})
  void batchFirstIsTheSameTransposed(String operator) {
    try (OnnxNetwork timeFirst = new OnnxNetwork(laidOut(operator, 0), manager);
        OnnxNetwork batchFirst = new OnnxNetwork(laidOut(operator, 1), manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, NDArray> feeds = new LinkedHashMap<>();
      feeds.put("x0", manager.randomUniform(-1, 1, new Shape(4, 3, 2)));
      feeds.put("x5", manager.randomUniform(-1, 1, new Shape(2, 3, 5)));
      List<String> outputs = new ArrayList<>(List.of("y0", "y1"));
      if (operator.equals("LSTM")) {
        feeds.put("x6", manager.randomUniform(-1, 1, new Shape(2, 3, 5)));
        outputs.add("y2");
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
  private static OnnxModel laidOut(String operator, long layout) {
    int gates = gates(operator);
    NodeCase node = new NodeCase(operator, 0).set("layout", layout).set("hidden_size", 5L);
    node.set("direction", "bidirectional");
    int[] state = layout == 0 ? new int[] {2, 3, 5} : new int[] {3, 2, 5};
    node.fed(layout == 0 ? new int[] {4, 3, 2} : new int[] {3, 4, 2});
    node.weight(2, gates * 5, 2).weight(2, gates * 5, 5).weight(2, 2 * gates * 5);
    node.constant(NodeCase.ints("lengths", new int[] {3}, 4, 1, 3)).fed(state).out().out();
    return (operator.equals("LSTM") ? node.fed(state).out() : node).model();
  }

  private static int gates(String operator) {
    return operator.equals("LSTM") ? 4 : operator.equals("GRU") ? 3 : 1;
  }

  private static NodeCase random(String operator, long seed) {
    NodeCase node = new NodeCase(operator, seed).range(-0.8, 0.8);
    int gates = gates(operator);
    int time = node.pick(1, 2, 3, 5);
    int batch = node.pick(1, 2, 3);
    int in = node.pick(1, 2, 4);
    int hidden = node.pick(1, 2, 3);
    String direction = node.pick("forward", "reverse", "bidirectional");
    int directions = direction.equals("bidirectional") ? 2 : 1;
    node.set("direction", direction).set("hidden_size", (long) hidden);
    activations(node, operator, directions);
    if (node.random.nextInt(4) == 0) {
      node.set("clip", 0.4f);
    }
    if (operator.equals("GRU") && node.flip()) {
      node.set("linear_before_reset", 1L);
    }
    node.fed(time, batch, in)
        .weight(directions, gates * hidden, in)
        .weight(directions, gates * hidden, hidden);
    if (node.flip()) {
      node.weight(directions, 2 * gates * hidden);
    } else {
      node.omit();
    }
    if (node.flip()) {
      int[] lengths = new int[batch];
      for (int i = 0; i < batch; i++) {
        lengths[i] = node.random.nextInt(1, time + 1);
      }
      node.constant(NodeCase.ints("lengths", new int[] {batch}, lengths));
    } else {
      node.omit();
    }
    state(node, directions, batch, hidden, "h");
    if (operator.equals("LSTM")) {
      state(node, directions, batch, hidden, "c");
      if (node.flip()) {
        node.weight(directions, 3 * hidden);
      }
    }
    int outputs = operator.equals("LSTM") ? 3 : 2;
    int kept = node.random.nextInt(outputs);
    for (int i = 0; i < outputs; i++) {
      node.out(i == kept || node.flip() ? ElementType.FLOAT : null);
    }
    return node;
  }

  private static void state(NodeCase node, int directions, int batch, int hidden, String name) {
    switch (node.random.nextInt(3)) {
      case 0 -> node.omit();
      case 1 -> node.fed(directions, batch, hidden);
      default -> node.constant(node.floats("initial_" + name, directions, batch, hidden));
    }
  }

  private static void activations(NodeCase node, String operator, int directions) {
    if (node.flip()) {
      return;
    }
    int each = operator.equals("LSTM") ? 3 : operator.equals("GRU") ? 2 : 1;
    List<String> names = new ArrayList<>();
    List<Float> alphas = new ArrayList<>();
    List<Float> betas = new ArrayList<>();
    for (int i = 0; i < each * directions; i++) {
      String name =
          node.pick(
              "Sigmoid",
              "Tanh",
              "Softsign",
              "HardSigmoid",
              "Elu",
              "LeakyRelu",
              "Affine",
              "ScaledTanh",
              "Softplus",
              "Relu",
              "ThresholdedRelu");
      names.add(name);
      if (List.of("HardSigmoid", "Elu", "LeakyRelu", "Affine", "ScaledTanh", "ThresholdedRelu")
          .contains(name)) {
        alphas.add((float) node.random.nextDouble(0.1, 0.6));
      }
      if (List.of("HardSigmoid", "Affine", "ScaledTanh").contains(name)) {
        betas.add((float) node.random.nextDouble(0.1, 0.6));
      }
    }
    node.set("activations", names.toArray(String[]::new));
    if (!alphas.isEmpty()) {
      node.set("activation_alpha", array(alphas));
    }
    if (!betas.isEmpty()) {
      node.set("activation_beta", array(betas));
    }
  }

  private static float[] array(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }
}
