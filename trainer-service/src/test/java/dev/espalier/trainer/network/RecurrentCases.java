package dev.espalier.trainer.network;

import dev.espalier.onnx.ElementType;
import dev.espalier.trainer.network.OperatorCases.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** LSTM, GRU, RNN with all that they may be given. */
final class RecurrentCases {
  private static final Set<String> WITH_ALPHA =
      Set.of("HardSigmoid", "Elu", "LeakyRelu", "Affine", "ScaledTanh", "ThresholdedRelu");
  private static final Set<String> WITH_BETA = Set.of("HardSigmoid", "Affine", "ScaledTanh");

  private RecurrentCases() {}

  static Map<String, Generator> cases() {
    return Map.of(
        "LSTM", c -> fill(c, 4, 3, 3),
        "GRU", c -> fill(c.maybe("linear_before_reset", 1L), 3, 2, 2),
        "RNN", c -> fill(c, 1, 1, 2));
  }

  private static void fill(OperatorCase c, int gates, int functions, int outputs) {
    int time = c.of(1, 2, 3, 5);
    int batch = c.of(1, 2, 3);
    int in = c.of(1, 2, 4);
    int hidden = c.of(1, 2, 3);
    String direction = c.of("forward", "reverse", "bidirectional");
    int directions = direction.equals("bidirectional") ? 2 : 1;
    c.attribute("direction", direction).attribute("hidden_size", (long) hidden);
    boolean plain = c.random.nextInt(3) == 0;
    if (!plain && c.random.nextBoolean()) {
      activations(c, functions * directions);
    }
    if (!plain && c.random.nextInt(4) == 0) {
      c.attribute("clip", 0.4f);
    }
    c.floats(time, batch, in).floatsIn(-0.8, 0.8, directions, gates * hidden, in);
    c.floatsIn(-0.8, 0.8, directions, gates * hidden, hidden);
    optional(c, directions, 2 * gates * hidden);
    if (!plain && c.random.nextInt(3) == 0) {
      c.ints(c.random.ints(batch, 1, time + 1).toArray());
    } else {
      c.omitted();
    }
    optional(c, directions, batch, hidden);
    if (outputs == 3) {
      optional(c, directions, batch, hidden);
      if (!plain) {
        optional(c, directions, 3 * hidden);
      }
    }
    ElementType[] types = new ElementType[outputs];
    int kept = c.random.nextInt(outputs);
    for (int i = 0; i < outputs; i++) {
      types[i] = i == kept || c.random.nextBoolean() ? ElementType.FLOAT : null;
    }
    c.outputs(types);
  }

  private static void optional(OperatorCase c, int... dims) {
    if (c.random.nextBoolean()) {
      c.floatsIn(-0.8, 0.8, dims);
    } else {
      c.omitted();
    }
  }

  private static void activations(OperatorCase c, int count) {
    List<String> names = new ArrayList<>();
    List<Float> alphas = new ArrayList<>();
    List<Float> betas = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name =
          c.of(
              "Sigmoid",
              "Tanh",
              "Softsign",
              "Softplus",
              "Relu",
              "HardSigmoid",
              "Elu",
              "LeakyRelu",
              "Affine",
              "ScaledTanh",
              "ThresholdedRelu");
      names.add(name);
      if (WITH_ALPHA.contains(name)) {
        alphas.add((float) c.random.nextDouble(0.1, 0.6));
      }
      if (WITH_BETA.contains(name)) {
        betas.add((float) c.random.nextDouble(0.1, 0.6));
      }
    }
    c.attribute("activations", names.toArray(String[]::new));
    c.attribute("activation_alpha", array(alphas)).attribute("activation_beta", array(betas));
  }

  private static float[] array(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }
}
