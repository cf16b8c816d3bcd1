package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.onnxruntime.OrtException;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Small networks made of the operators, as exporters write them, are learnt by plain descent. */
class LearningTest {
  private static final int BATCH = 12;
  private static NDManager manager;

  private final SplittableRandom random = new SplittableRandom(5);

  @BeforeAll
  static void start() {
    manager = Torch.newManager();
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  /** Two layers of LSTM, one in both directions; says which half of the inputs is larger. */
  @Test
  void lstmClassifierLearns() throws OrtException {
    int time = 6;
    int hidden = 5;
    OnnxModel model =
        weights("lstm1.W", 0.8, 2, 4 * hidden, 3)
            .initializer(weight("lstm1.R", 0.4, 2, 4 * hidden, hidden))
            .initializer(weight("lstm1.B", 0.1, 2, 8 * hidden))
            .initializer(weight("lstm2.W", 0.4, 1, 4 * hidden, 2 * hidden))
            .initializer(weight("lstm2.R", 0.4, 1, 4 * hidden, hidden))
            .initializer(Tensor.of("zeros", new int[] {2, BATCH, hidden}, zeros(2, BATCH, hidden)))
            .initializer(weight("head.weight", 0.4, 2, hidden))
            .initializer(weight("head.bias", 0.1, 2))
            .initializer(Tensor.of("joined", new int[] {3}, new long[] {0, 0, -1}))
            .initializer(Tensor.of("first", new int[] {1}, new long[] {0}))
            .input("x", time, BATCH, 3)
            .node(
                "LSTM",
                "/lstm1/LSTM",
                List.of("x", "lstm1.W", "lstm1.R", "lstm1.B", "", "zeros", "zeros"),
                "both",
                Map.of("direction", "bidirectional", "hidden_size", (long) hidden))
            .node(
                "Transpose",
                "/t",
                List.of("both"),
                "by_time",
                Map.of("perm", new long[] {0, 2, 1, 3}))
            .node("Reshape", "/r", List.of("by_time", "joined"), "sequence")
            .node(
                "LSTM",
                "/lstm2/LSTM",
                List.of("sequence", "lstm2.W", "lstm2.R"),
                List.of("", "last"),
                Map.of("hidden_size", (long) hidden))
            .node("Squeeze", "/s", List.of("last", "first"), "state")
            .node(
                "Gemm",
                "/head/Gemm",
                List.of("state", "head.weight", "head.bias"),
                "y",
                Map.of("transB", 1L))
            .output("y", BATCH, 2)
            .build();
    Tensor x = weight("x", 1, time, BATCH, 3);
    float[] classes = new float[2 * BATCH];
    for (int b = 0; b < BATCH; b++) {
      float difference = 0;
      for (int t = 0; t < time; t++) {
        difference += x.floats()[(t * BATCH + b) * 3] * (t < time / 2 ? 1 : -1);
      }
      classes[2 * b + (difference > 0 ? 1 : 0)] = 1;
    }

    double ratio =
        learn(
            model,
            x,
            1.0 / BATCH,
            80,
            y -> cross(y, Tensor.of("t", new int[] {BATCH, 2}, classes)));

    assertTrue(ratio < 0.6, "loss after over before: " + ratio);
  }

  /** Strided convolution down, transposed convolution and resizing up. */
  @Test
  void convolutionalAutoencoderLearns() throws OrtException {
    OnnxModel model =
        weights("encoder.weight", 0.3, 6, 1, 3, 3)
            .initializer(weight("encoder.bias", 0.1, 6))
            .initializer(Tensor.of("norm.weight", new int[] {6}, new float[] {1, 1, 1, 1, 1, 1}))
            .initializer(Tensor.of("norm.bias", new int[] {6}, new float[6]))
            .initializer(weight("up.weight", 0.3, 6, 4, 4, 4))
            .initializer(weight("up.bias", 0.1, 4))
            .initializer(weight("decoder.weight", 0.3, 1, 4, 3, 3))
            .initializer(Tensor.of("scales", new int[] {4}, new float[] {1, 1, 2, 2}))
            .initializer(Tensor.of("pads", new int[] {8}, new long[] {0, 0, 1, 1, 0, 0, 1, 1}))
            .input("x", BATCH, 1, 8, 8)
            .node(
                "Conv",
                "/encoder/Conv",
                List.of("x", "encoder.weight", "encoder.bias"),
                "c",
                Map.of("strides", new long[] {4, 4}, "pads", new long[] {1, 1, 1, 1}))
            .node("InstanceNormalization", "/norm", List.of("c", "norm.weight", "norm.bias"), "n")
            .node("Relu", "/relu", List.of("n"), "r")
            .node(
                "ConvTranspose",
                "/up/ConvTranspose",
                List.of("r", "up.weight", "up.bias"),
                "u",
                Map.of("strides", new long[] {2, 2}, "pads", new long[] {1, 1, 1, 1}))
            .node(
                "Resize",
                "/up/Resize",
                List.of("u", "", "scales"),
                "w",
                Map.of("mode", "linear", "coordinate_transformation_mode", "half_pixel"))
            .node("Pad", "/pad", List.of("w", "pads"), "p", Map.of("mode", "reflect"))
            .node("Conv", "/decoder/Conv", List.of("p", "decoder.weight"), "y")
            .output("y", BATCH, 1, 8, 8)
            .build();
    Tensor x = smooth();

    double ratio = learn(model, x, 0.1, 60, y -> y.sub(array(x)).square().mean());

    assertTrue(ratio < 0.3, "loss after over before: " + ratio);
  }

  /** Forward as ONNX Runtime, before and after; returns the last loss over the first. */
  private double learn(
      OnnxModel model, Tensor x, double rate, int steps, UnaryOperator<NDArray> loss)
      throws OrtException {
    try (OnnxNetwork network = new OnnxNetwork(model, manager)) {
      assertForward(model, network, x);
      assertFalse(network.parameterArrays().containsKey("zeros"), "initial states are fixed");
      double first = 0;
      double last = 0;
      for (int step = 0; step < steps; step++) {
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          Torch.recordGradients(true);
          NDArray value = loss.apply(network.forward(array(x)));
          Torch.backward(value);
          Torch.recordGradients(false);
          last = value.getFloat();
          first = step == 0 ? last : first;
          for (NDArray parameter : network.parameterArrays().values()) {
            parameter.subi(parameter.getGradient().mul(rate));
            parameter.getGradient().subi(parameter.getGradient());
          }
        }
      }
      assertForward(network.toModel(), network, x);
      return last / first;
    }
  }

  private static void assertForward(OnnxModel model, OnnxNetwork network, Tensor x)
      throws OrtException {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      double[] expected = OnnxRuntime.run(model, Map.of("x", x)).get("y").values();
      double[] actual = network.forward(array(x)).toType(DataType.FLOAT64, false).toDoubleArray();
      assertArrayEquals(expected, actual, 2e-5);
    }
  }

  private static NDArray cross(NDArray logits, Tensor classes) {
    return logits.logSoftmax(1).mul(array(classes)).sum().neg();
  }

  private static NDArray array(Tensor tensor) {
    return Initializers.array(tensor, manager, DataType.FLOAT32);
  }

  /** Images of one wave each. */
  private Tensor smooth() {
    float[] values = new float[BATCH * 64];
    for (int image = 0; image < BATCH; image++) {
      double phase = random.nextDouble(6);
      double slope = random.nextDouble(-0.6, 0.6);
      for (int i = 0; i < 64; i++) {
        values[image * 64 + i] = (float) Math.sin(phase + i / 8 * 0.5 + i % 8 * slope);
      }
    }
    return Tensor.of("x", new int[] {BATCH, 1, 8, 8}, values);
  }

  private OnnxBuilder weights(String name, double bound, int... dims) {
    return new OnnxBuilder("whole").initializer(weight(name, bound, dims));
  }

  private Tensor weight(String name, double bound, int... dims) {
    float[] values = zeros(dims);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    return Tensor.of(name, dims, values);
  }

  private static float[] zeros(int... dims) {
    return new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
  }
}
