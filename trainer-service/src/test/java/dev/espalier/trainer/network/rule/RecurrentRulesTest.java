package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OrtException;
import dev.espalier.onnx.ElementType;
import dev.espalier.trainer.network.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

  private static NodeCase random(String operator, long seed) {
    NodeCase node = new NodeCase(operator, seed).range(-0.8, 0.8);
    int gates = operator.equals("LSTM") ? 4 : operator.equals("GRU") ? 3 : 1;
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
