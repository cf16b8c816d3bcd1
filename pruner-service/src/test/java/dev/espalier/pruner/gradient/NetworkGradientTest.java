package dev.espalier.pruner.gradient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.runtime.Session;
import dev.espalier.pruner.runtime.Shapes;
import dev.espalier.pruner.runtime.Value;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NetworkGradientTest {
  private final SplittableRandom random = new SplittableRandom(11);
  private final OnnxBuilder builder = new OnnxBuilder("network");

  private void weight(String name, int... dims) {
    int size = 1;
    for (int dim : dims) {
      size *= dim;
    }
    builder.initializer(name, dims, Networks.floats(size, random));
  }

  private void node(String operator, List<String> inputs, String output, Object... attributes) {
    Map<String, Object> map = new java.util.HashMap<>();
    for (int i = 0; i < attributes.length; i += 2) {
      map.put((String) attributes[i], attributes[i + 1]);
    }
    builder.node(operator, "/" + output, inputs, output, map);
  }

  private void convolution(String name, String from, int in, int out) {
    weight(name + ".w", out, in, 3, 3);
    weight(name + ".scale", out);
    weight(name + ".shift", out);
    weight(name + ".mean", out);
    float[] variance = new float[out];
    java.util.Arrays.fill(variance, 0.7f);
    builder.initializer(name + ".var", new int[] {out}, variance);
    node("Conv", List.of(from, name + ".w"), name + ".c", "pads", new long[] {1, 1, 1, 1});
    List<String> inputs =
        List.of(name + ".c", name + ".scale", name + ".shift", name + ".mean", name + ".var");
    node("BatchNormalization", inputs, name);
  }

  @Test
  void residualConvolutions() {
    builder.input("x", 1, 2, 6, 6);
    convolution("stem", "x", 2, 4);
    node("Softplus", List.of("stem"), "s");
    node(
        "AveragePool",
        List.of("s"),
        "p",
        "kernel_shape",
        new long[] {3, 3},
        "strides",
        new long[] {2, 2},
        "pads",
        new long[] {1, 1, 1, 1});
    convolution("one", "p", 4, 3);
    node("Elu", List.of("one"), "o");
    convolution("two", "o", 3, 4);
    node("Add", List.of("two", "p"), "sum");
    node("Tanh", List.of("sum"), "t");
    node("GlobalAveragePool", List.of("t"), "g");
    node("Flatten", List.of("g"), "f");
    weight("head.w", 4, 3);
    node("MatMul", List.of("f", "head.w"), "y");
    builder.output("y", 1, 3);

    FiniteDifferences.check(builder.build(), ElementType.FLOAT, false, 5);
  }

  @Test
  void attention() {
    builder.input("x", 1, 3, 4);
    for (String name : List.of("q", "k", "v", "o")) {
      weight(name + ".w", 4, 4);
    }
    weight("scale", 4);
    weight("shift", 4);
    node("LayerNormalization", List.of("x", "scale", "shift"), "n");
    builder.initializer(Tensor.of("heads", new int[] {4}, new long[] {1, 3, 2, 2}));
    builder.initializer(Tensor.of("flat", new int[] {3}, new long[] {0, 0, -1}));
    for (String name : List.of("q", "k", "v")) {
      node("MatMul", List.of("n", name + ".w"), name);
      node("Reshape", List.of(name, "heads"), name + "r");
    }
    node("Transpose", List.of("qr"), "qh", "perm", new long[] {0, 2, 1, 3});
    node("Transpose", List.of("kr"), "kh", "perm", new long[] {0, 2, 3, 1});
    node("Transpose", List.of("vr"), "vh", "perm", new long[] {0, 2, 1, 3});
    node("MatMul", List.of("qh", "kh"), "scores");
    node("Softmax", List.of("scores"), "a", "axis", -1);
    node("MatMul", List.of("a", "vh"), "m");
    node("Transpose", List.of("m"), "mt", "perm", new long[] {0, 2, 1, 3});
    node("Reshape", List.of("mt", "flat"), "mr");
    node("MatMul", List.of("mr", "o.w"), "out");
    node("Add", List.of("out", "x"), "r");
    gelu("r");
    builder.output("y", 1, 3, 4);

    FiniteDifferences.check(builder.build(), ElementType.FLOAT, false, 6);
  }

  /** As exporters write it for operator sets before 20. */
  private void gelu(String from) {
    builder.initializer("root2", new int[0], new float[] {(float) Math.sqrt(2)});
    builder.initializer("one", new int[0], new float[] {1});
    builder.initializer("half", new int[0], new float[] {0.5f});
    node("Div", List.of(from, "root2"), "e0");
    node("Erf", List.of("e0"), "e1");
    node("Add", List.of("e1", "one"), "e2");
    node("Mul", List.of(from, "e2"), "e3");
    node("Mul", List.of("e3", "half"), "y");
  }

  private static OnnxModel linear() {
    return new OnnxBuilder("linear")
        .input("x", 2, 3)
        .initializer("w", new int[] {3, 3}, new float[] {1, 2, 0, 0, 1, -1, 3, 0, 1})
        .node("MatMul", "/m", List.of("x", "w"), "y")
        .node("Sigmoid", "/unused", List.of("x"), "z")
        .output("y", 2, 3)
        .build();
  }

  @Test
  void lossesAreWhatTheySay() {
    OnnxModel model = linear();
    Value x = new Value(ElementType.FLOAT, new long[] {2, 3}, new double[] {1, 0, 0, 0, 1, 0});
    double[] y = {1, 2, 0, 0, 1, -1};
    double energy = (1 + 4 + 1 + 1) / 2.0 / 2;
    double entropy =
        (Math.log(Math.E + Math.exp(2) + 1) - 2 + Math.log(1 + Math.E + 1 / Math.E) + 1) / 2;
    Value labels = new Value(ElementType.INT64, new long[] {2}, new double[] {1, 2});

    assertEquals(energy, loss(model, new Loss.Energy(), Map.of("x", x)), 1e-6);
    assertEquals(
        entropy,
        loss(model, new Loss.CrossEntropy("y"), Map.of("x", x, Loss.LABELS, labels)),
        1e-6);
    Value targets = new Value(ElementType.FLOAT, new long[] {2, 3}, y);
    assertEquals(
        0, loss(model, new Loss.MeanSquare("y"), Map.of("x", x, Loss.LABELS, targets)), 1e-6);
  }

  private static double loss(OnnxModel model, Loss loss, Map<String, Value> inputs) {
    Gradients gradients = GradientGraph.of(model, Shapes.of(model), Set.of("x", "z"), loss, 2);
    assertTrue(!gradients.of().containsKey("z"), "the loss does not depend on z");
    try (Session session = Session.open(gradients.model())) {
      Map<String, Value> results = session.run(inputs);
      double[] gradient = results.get(gradients.of().get("x")).elements();
      if (loss instanceof Loss.CrossEntropy) {
        checkEntropy(gradient);
      }
      return results.get(gradients.loss()).elements()[0];
    }
  }

  /** (softmax - one hot) / 2 times the transposed weights, for the first sample. */
  private static void checkEntropy(double[] gradient) {
    double sum = Math.E + Math.exp(2) + 1;
    double[] dy = {Math.E / sum / 2, (Math.exp(2) / sum - 1) / 2, 1 / sum / 2};
    assertEquals(dy[0] + 2 * dy[1], gradient[0], 1e-6);
    assertEquals(dy[1] - dy[2], gradient[1], 1e-6);
    assertEquals(3 * dy[0] + dy[2], gradient[2], 1e-6);
  }
}
