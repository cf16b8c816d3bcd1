package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxNetworkTest {
  private static NDManager manager;

  @BeforeAll
  static void start() {
    manager = Torch.newManager();
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  static LongStream fewerSeeds() {
    return LongStream.range(1000, 1060);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void forwardEqualsOnnxRuntime(long seed) throws OrtException {
    OnnxModel model = RandomGraph.of(seed);
    float[] x = input(model, seed);
    Map<String, float[]> expected = onnxRuntime(model, x);
    try (OnnxNetwork network = new OnnxNetwork(model, manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray fed = network.manager().create(x, inputShape(model));

      NDList outputs = network.evaluate(Map.of("x", fed), List.of("y0", "y1"));

      for (int i = 0; i < 2; i++) {
        float[] want = expected.get("y" + i);
        double scale = 1;
        for (float value : want) {
          scale = Math.max(scale, Math.abs(value));
        }
        assertArrayEquals(
            want, outputs.get(i).toFloatArray(), (float) (1e-5 * scale), "seed " + seed);
      }
    }
  }

  /**
   * In double: a central difference with h = 1e-7 has a rounding error near 1e-16 / 1e-7 = 1e-9
   * times the loss and a truncation error near h^2, and a kink within h of a unit's value is
   * unlikely enough not to be among these seeds.
   */
  @ParameterizedTest
  @MethodSource("fewerSeeds")
  void gradientsEqualFiniteDifferences(long seed) {
    OnnxModel model = RandomGraph.of(seed);
    SplittableRandom random = new SplittableRandom(seed);
    double h = 1e-7;
    try (OnnxNetwork network = new OnnxNetwork(model, manager, DataType.FLOAT64);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray x =
          network
              .manager()
              .create(input(model, seed), inputShape(model))
              .toType(DataType.FLOAT64, false);
      Torch.recordGradients(true);
      Torch.backward(loss(network, Map.of("x", x)));
      Torch.recordGradients(false);

      for (Map.Entry<String, NDArray> parameter : network.parameterArrays().entrySet()) {
        double[] gradient =
            parameter.getValue().getGradient().toType(DataType.FLOAT64, false).toDoubleArray();
        double[] value = parameter.getValue().toDoubleArray();
        for (int probe = 0; probe < 3; probe++) {
          int i = random.nextInt(value.length);
          double difference =
              (shifted(network, x, parameter, value, i, h)
                      - shifted(network, x, parameter, value, i, -h))
                  / (2 * h);
          assertEquals(
              difference,
              gradient[i],
              1e-6 * Math.max(1, Math.abs(difference)),
              "seed " + seed + ", " + parameter.getKey() + "[" + i + "]");
        }
      }
    }
  }

  @Test
  void sharedInitializerIsOneParameterAndGathersBothGradients() {
    OnnxModel model =
        new OnnxBuilder("shared")
            .input("x", 1, 1)
            .initializer("w", new int[] {1, 1}, new float[] {3})
            .node("MatMul", "a", List.of("x", "w"), "h")
            .node("MatMul", "b", List.of("h", "w"), "y")
            .output("y", 1, 1)
            .build();
    try (OnnxNetwork network = new OnnxNetwork(model, manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray x = network.manager().create(new float[] {2}, new Shape(1, 1));
      Torch.recordGradients(true);
      Torch.backward(network.forward(x).sum());
      Torch.recordGradients(false);

      assertEquals(1, network.getDirectParameters().size());
      assertEquals(
          12f, network.parameterArrays().get("w").getGradient().getFloat(0, 0), "2 x w = 2*2*3");
    }
  }

  @Test
  void anyValueCanBeFedAndFetched() {
    OnnxModel model = chain();
    try (OnnxNetwork network = new OnnxNetwork(model, manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray hidden = network.manager().create(new float[] {-1, 4}, new Shape(1, 2));

      NDList fetched = network.evaluate(Map.of("h", hidden), List.of("r", "y"));

      assertArrayEquals(new float[] {0, 4}, fetched.get(0).toFloatArray());
      assertArrayEquals(new float[] {8}, fetched.get(1).toFloatArray());
    }
  }

  @Test
  void evaluatesAsADjlBlock() {
    try (OnnxNetwork network = new OnnxNetwork(chain(), manager);
        NDManager scratch = manager.newSubManager()) {
      NDArray x = scratch.create(new float[] {1, 2}, new Shape(1, 2));

      NDList outputs = network.forward(new ParameterStore(scratch, false), new NDList(x), false);

      assertArrayEquals(new float[] {6}, outputs.head().toFloatArray());
      assertEquals(new Shape(5, 1), network.getOutputShapes(new Shape[] {new Shape(5, 2)})[0]);
    }
  }

  @Test
  void writesItsParametersBack() {
    try (OnnxNetwork network = new OnnxNetwork(chain(), manager)) {
      network.parameterArrays().get("v").set(new float[] {7, 8});

      OnnxModel model = network.toModel();

      assertArrayEquals(new float[] {7, 8}, model.initializers().get("v").floats());
      assertArrayEquals(
          chain().initializers().get("w").floats(), model.initializers().get("w").floats());
    }
  }

  @Test
  void unknownOperatorIsNamed() {
    OnnxModel model =
        new OnnxBuilder("odd")
            .input("x", 1, 2)
            .node("Frobnicate", "/encoder/0/Frobnicate", List.of("x"), "y")
            .output("y", 1, 2)
            .build();

    OnnxException e = assertThrows(OnnxException.class, () -> new OnnxNetwork(model, manager));

    assertTrue(e.getMessage().contains("Frobnicate \"/encoder/0/Frobnicate\""), e.getMessage());
    assertTrue(e.getMessage().contains("Gemm"), "names what is known: " + e.getMessage());
  }

  @Test
  void halfPrecisionIsDeclined() {
    OnnxModel model =
        new OnnxBuilder("half")
            .input("x", 1, 2)
            .initializer(
                new Tensor(
                    "w", ElementType.BFLOAT16, new int[] {2}, ByteString.copyFrom(new byte[4])))
            .node("Add", "a", List.of("x", "w"), "y")
            .output("y", 1, 2)
            .build();

    OnnxException e = assertThrows(OnnxException.class, () -> new OnnxNetwork(model, manager));

    assertTrue(e.getMessage().contains("\"w\""), e.getMessage());
  }

  @Test
  void missingFeedAndUnknownNamesAreNamed() {
    try (OnnxNetwork network = new OnnxNetwork(chain(), manager)) {
      NDArray h = network.manager().create(new float[] {1, 2}, new Shape(1, 2));

      assertTrue(message(network, Map.of(), "y").contains("\"x\""));
      assertTrue(message(network, Map.of("h", h), "nowhere").contains("\"nowhere\""));
      assertTrue(message(network, Map.of("none", h), "y").contains("\"none\""));
    }
  }

  private static String message(OnnxNetwork network, Map<String, NDArray> feeds, String fetch) {
    return assertThrows(OnnxException.class, () -> network.evaluate(feeds, List.of(fetch)))
        .getMessage();
  }

  /** x [1, 2] by w to h, its Relu r, by v to y = 2 (r0 + r1). */
  private static OnnxModel chain() {
    return new OnnxBuilder("chain")
        .input("x", -1, 2)
        .initializer("w", new int[] {2, 2}, new float[] {1, 0, 0, 1})
        .initializer("v", new int[] {1, 2}, new float[] {2, 2})
        .node("MatMul", "first", List.of("x", "w"), "h")
        .node("Relu", "middle", List.of("h"), "r")
        .node("Gemm", "last", List.of("r", "v"), "y", Map.of("transB", 1L))
        .output("y", -1, 1)
        .build();
  }

  private static NDArray loss(OnnxNetwork network, Map<String, NDArray> feeds) {
    NDList outputs = network.evaluate(feeds, List.of("y0", "y1"));
    return outputs.get(0).square().mean().add(outputs.get(1).sin().mean());
  }

  private static double shifted(
      OnnxNetwork network,
      NDArray x,
      Map.Entry<String, NDArray> parameter,
      double[] value,
      int index,
      double by) {
    double[] moved = value.clone();
    moved[index] += by;
    Map<String, NDArray> feeds = new HashMap<>(Map.of("x", x));
    feeds.put(
        parameter.getKey(),
        network.manager().create(moved).reshape(parameter.getValue().getShape()));
    return loss(network, feeds).getDouble();
  }

  private static float[] input(OnnxModel model, long seed) {
    SplittableRandom random = new SplittableRandom(~seed);
    float[] x = new float[(int) inputShape(model).size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextDouble(-2, 2);
    }
    return x;
  }

  private static Shape inputShape(OnnxModel model) {
    return new Shape(
        model.inputs().getFirst().getType().getTensorType().getShape().getDimList().stream()
            .mapToLong(dim -> dim.getDimValue())
            .toArray());
  }

  private static Map<String, float[]> onnxRuntime(OnnxModel model, float[] x) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, float[]> values = new HashMap<>();
    try (OrtSession session = environment.createSession(model.bytes());
        OnnxTensor fed =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(x), inputShape(model).getShape());
        OrtSession.Result result = session.run(Map.of("x", fed))) {
      for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
        FloatBuffer buffer = ((OnnxTensor) output.getValue()).getFloatBuffer();
        float[] array = new float[buffer.remaining()];
        buffer.get(array);
        values.put(output.getKey(), array);
      }
    }
    return values;
  }
}
