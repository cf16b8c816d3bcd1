package dev.espalier.trainer.network.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.trainer.network.Initializers;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * A model of one node with random values: what it makes must be what ONNX Runtime makes, and its
 * gradients must be the finite differences of a loss of its outputs.
 */
final class NodeCase {
  private static final double H = 1e-6;

  final SplittableRandom random;
  private final String operator;
  private final String name;
  private final OnnxBuilder builder;
  private final List<String> inputs = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private final List<ElementType> outputTypes = new ArrayList<>();
  private final Map<String, Object> attributes = new LinkedHashMap<>();
  private final Map<String, Tensor> feeds = new LinkedHashMap<>();
  private final Set<String> weights = new TreeSet<>();
  private boolean flat;
  private double low = -1.5;
  private double high = 1.5;
  private double tolerance = 1e-5;

  NodeCase(String operator, long seed) {
    this.operator = operator;
    this.name = operator + " seed " + seed;
    random = new SplittableRandom(operator.hashCode() * 31L + seed);
    builder = new OnnxBuilder("node");
    if (operator.startsWith("com.microsoft.")) {
      builder.opset("com.microsoft", 1);
    }
  }

  NodeCase opset(long version) {
    builder.opset("", version);
    return this;
  }

  /** The output is constant almost everywhere: there is no gradient to check. */
  NodeCase flat() {
    flat = true;
    return this;
  }

  /** Bounds of the values from here on. */
  NodeCase range(double low, double high) {
    this.low = low;
    this.high = high;
    return this;
  }

  /** Relative to the outputs' scale. */
  NodeCase tolerance(double relative) {
    tolerance = relative;
    return this;
  }

  NodeCase set(String attribute, Object value) {
    attributes.put(attribute, value);
    return this;
  }

  /** A float input that is fed. */
  NodeCase fed(int... dims) {
    return fed(floats("x" + inputs.size(), dims));
  }

  NodeCase fed(Tensor tensor) {
    builder.input(tensor.name(), tensor.type(), tensor.dims());
    feeds.put(tensor.name(), tensor);
    inputs.add(tensor.name());
    return this;
  }

  /** A float initialiser that must be a parameter. */
  NodeCase weight(int... dims) {
    String weight = "w" + inputs.size();
    weights.add(weight);
    return constant(floats(weight, dims));
  }

  /** An initialiser that must not be a parameter. */
  NodeCase constant(Tensor tensor) {
    builder.initializer(tensor);
    inputs.add(tensor.name());
    return this;
  }

  NodeCase longs(int[] dims, long... values) {
    return constant(Tensor.of("c" + inputs.size(), dims, values));
  }

  NodeCase constant(int[] dims, float... values) {
    return constant(Tensor.of("c" + inputs.size(), dims, values));
  }

  NodeCase omit() {
    inputs.add("");
    return this;
  }

  /** A float output; may be null, which omits it. */
  NodeCase out(ElementType type) {
    outputs.add(type == null ? "" : "y" + outputs.size());
    outputTypes.add(type);
    return this;
  }

  NodeCase out() {
    return out(ElementType.FLOAT);
  }

  /** An int32 tensor. */
  static Tensor ints(String name, int[] dims, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return new Tensor(name, ElementType.INT32, dims, ByteString.copyFrom(bytes));
  }

  Tensor floats(String name, int... dims) {
    float[] values = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(low, high);
    }
    return Tensor.of(name, dims, values);
  }

  int pick(int... values) {
    return values[random.nextInt(values.length)];
  }

  String pick(String... values) {
    return values[random.nextInt(values.length)];
  }

  boolean flip() {
    return random.nextBoolean();
  }

  OnnxModel model() {
    builder.node(operator, operator, inputs, outputs, attributes);
    ModelProto proto = builder.proto();
    GraphProto.Builder graph = proto.getGraph().toBuilder();
    for (int i = 0; i < outputs.size(); i++) {
      if (!outputs.get(i).isEmpty()) {
        graph.addOutput(
            ValueInfoProto.newBuilder()
                .setName(outputs.get(i))
                .setType(
                    TypeProto.newBuilder()
                        .setTensorType(
                            TypeProto.Tensor.newBuilder().setElemType(outputTypes.get(i).code()))));
      }
    }
    return OnnxModel.of(proto.toBuilder().setGraph(graph).build());
  }

  /** Checks forward and gradients. */
  void check(NDManager manager) throws OrtException {
    if (outputs.isEmpty()) {
      out();
    }
    OnnxModel model = model();
    checkForward(model, manager);
    if (!flat) {
      checkGradients(model, manager);
    }
  }

  /** The first output. */
  float[] outputs(NDManager manager) {
    try (OnnxNetwork network = new OnnxNetwork(model(), manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return network.evaluate(arrays(network, DataType.FLOAT32), fetches()).get(0).toFloatArray();
    }
  }

  private List<String> fetches() {
    return outputs.stream().filter(output -> !output.isEmpty()).toList();
  }

  private void checkForward(OnnxModel model, NDManager manager) throws OrtException {
    Map<String, Tensor> expected = OnnxRuntime.run(model, feeds);
    try (OnnxNetwork network = new OnnxNetwork(model, manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      assertEquals(weights, new TreeSet<>(network.parameterArrays().keySet()), name);
      NDList got = network.evaluate(arrays(network, DataType.FLOAT32), fetches());
      for (int i = 0; i < fetches().size(); i++) {
        Tensor want = expected.get(fetches().get(i));
        assertEquals(Initializers.shape(want), got.get(i).getShape(), name);
        if (want.isFloatingPoint()) {
          assertClose(want.floats(), got.get(i).toFloatArray(), tolerance, name);
        } else {
          assertArrayEquals(want.longs(), got.get(i).toLongArray(), name);
        }
      }
    }
  }

  /**
   * @param tolerance relative to the largest expected value, or to 1
   */
  static void assertClose(float[] expected, float[] actual, double tolerance, String name) {
    double scale = 1;
    for (float value : expected) {
      scale = Math.max(scale, Math.abs(value));
    }
    assertArrayEquals(expected, actual, (float) (tolerance * scale), name);
  }

  /** Of each float input and parameter a few elements, in double. */
  private void checkGradients(OnnxModel model, NDManager manager) {
    try (OnnxNetwork network = new OnnxNetwork(model, manager, DataType.FLOAT64);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, NDArray> fed = arrays(network, DataType.FLOAT64);
      Map<String, NDArray> leaves = new LinkedHashMap<>(network.parameterArrays());
      fed.forEach(
          (key, array) -> {
            if (array.getDataType() == DataType.FLOAT64) {
              array.setRequiresGradient(true);
              leaves.put(key, array);
            }
          });
      Torch.recordGradients(true);
      NDArray loss = loss(network, fed);
      if (loss == null || leaves.isEmpty()) {
        Torch.recordGradients(false);
        return;
      }
      Torch.backward(loss);
      Torch.recordGradients(false);
      for (Map.Entry<String, NDArray> leaf : leaves.entrySet()) {
        double[] gradient = leaf.getValue().getGradient().toDoubleArray();
        double[] value = leaf.getValue().toDoubleArray();
        for (int probe = 0; probe < 4; probe++) {
          int i = random.nextInt(value.length);
          double difference =
              (shifted(network, fed, leaf, value, i, H) - shifted(network, fed, leaf, value, i, -H))
                  / (2 * H);
          assertEquals(
              difference,
              gradient[i],
              2e-6 * Math.max(1, Math.abs(difference)),
              name + ", " + leaf.getKey() + "[" + i + "]");
        }
      }
    }
  }

  private double shifted(
      OnnxNetwork network,
      Map<String, NDArray> fed,
      Map.Entry<String, NDArray> leaf,
      double[] value,
      int index,
      double by) {
    double[] moved = value.clone();
    moved[index] += by;
    Map<String, NDArray> feeds = new HashMap<>(fed);
    feeds.put(leaf.getKey(), network.manager().create(moved).reshape(leaf.getValue().getShape()));
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return loss(network, feeds).getDouble();
    }
  }

  /** Weighs every element of the float outputs differently; null where there is none. */
  private NDArray loss(OnnxNetwork network, Map<String, NDArray> fed) {
    NDArray loss = null;
    for (NDArray y : network.evaluate(fed, fetches())) {
      if (y.getDataType() != DataType.FLOAT64) {
        continue;
      }
      NDArray weights =
          network.manager().arange((float) y.size()).toType(DataType.FLOAT64, false).add(1).sin();
      NDArray flat = y.reshape(-1);
      NDArray part = flat.mul(weights).add(flat.square().mul(0.1)).sum();
      loss = loss == null ? part : loss.add(part);
    }
    return loss;
  }

  private Map<String, NDArray> arrays(OnnxNetwork network, DataType type) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    feeds.forEach(
        (key, tensor) -> arrays.put(key, Initializers.array(tensor, network.manager(), type)));
    return arrays;
  }

  @Override
  public String toString() {
    return name;
  }
}
