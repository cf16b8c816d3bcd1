package dev.espalier.trainer.network;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A model of one node with random inputs, each an initialiser or fed as chance has it. Inputs are
 * given in order; {@link #random} is the case's only source of chance.
 */
final class OperatorCase {
  final SplittableRandom random;
  private final String operator;
  private final List<String> inputs = new ArrayList<>();
  private final Map<String, Tensor> initializers = new LinkedHashMap<>();
  private final Map<String, Tensor> fed = new LinkedHashMap<>();
  private final List<String> differentiable = new ArrayList<>();
  private final Map<String, Object> attributes = new HashMap<>();
  private List<ElementType> outputs = List.of(ElementType.FLOAT);
  private long opset = OnnxBuilder.OPSET;

  OperatorCase(String operator, long seed) {
    this.operator = operator;
    random = new SplittableRandom(seed);
  }

  /** The version of ONNX' operators; 17 where none is set. */
  OperatorCase opset(long version) {
    opset = version;
    return this;
  }

  /** One of several versions. */
  OperatorCase opsetOf(long... versions) {
    return opset(versions[random.nextInt(versions.length)]);
  }

  long opset() {
    return opset;
  }

  OperatorCase attribute(String name, Object value) {
    attributes.put(name, value);
    return this;
  }

  /** Half of the time. */
  OperatorCase maybe(String name, Object value) {
    return random.nextBoolean() ? attribute(name, value) : this;
  }

  /**
   * Element types of the outputs, null for one that is omitted; one of float32 where nothing is
   * said.
   */
  OperatorCase outputs(ElementType... types) {
    outputs = Arrays.asList(types);
    return this;
  }

  /** A float32 input in (-2, 2), whose gradient is checked. */
  OperatorCase floats(int... dims) {
    return floatsIn(-2, 2, dims);
  }

  /** A float32 input in a range, whose gradient is checked. */
  OperatorCase floatsIn(double low, double high, int... dims) {
    differentiable.add(name());
    return add(Tensor.of(name(), dims, values(low, high, dims)), random.nextBoolean());
  }

  /** Float32 statistics or bounds: an initialiser that gets no gradient. */
  OperatorCase fixed(double low, double high, int... dims) {
    return add(Tensor.of(name(), dims, values(low, high, dims)), true);
  }

  /** An int64 input of the given elements. */
  OperatorCase longs(int[] dims, long... values) {
    return add(Tensor.of(name(), dims, values), random.nextBoolean());
  }

  /** A one-dimensional int64 input. */
  OperatorCase longs(long... values) {
    return longs(new int[] {values.length}, values);
  }

  /** An int64 input in a range, the upper bound exclusive. */
  OperatorCase longsIn(long low, long high, int... dims) {
    return longs(dims, random.longs(size(dims), low, high).toArray());
  }

  /** A one-dimensional int32 input, as lengths are. */
  OperatorCase ints(int... values) {
    return ints(new int[] {values.length}, values);
  }

  OperatorCase ints(int[] dims, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return add(
        new Tensor(name(), ElementType.INT32, dims, ByteString.copyFrom(bytes)),
        random.nextBoolean());
  }

  /** A float32 initialiser of the given elements that gets no gradient. */
  OperatorCase fixed(int[] dims, float... values) {
    return add(Tensor.of(name(), dims, values), true);
  }

  /** An input and an output of float32 or, as chance has it, int64. */
  OperatorCase numbers(int... dims) {
    if (random.nextInt(3) > 0) {
      return floats(dims);
    }
    return longsIn(-9, 9, dims).outputs(ElementType.INT64);
  }

  OperatorCase booleans(int... dims) {
    byte[] bytes = new byte[size(dims)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(2);
    }
    return add(
        new Tensor(name(), ElementType.BOOL, dims, ByteString.copyFrom(bytes)),
        random.nextBoolean());
  }

  /** An optional input that is omitted. */
  OperatorCase omitted() {
    inputs.add("");
    return this;
  }

  private OperatorCase add(Tensor tensor, boolean initializer) {
    (initializer ? initializers : fed).put(tensor.name(), tensor);
    inputs.add(tensor.name());
    return this;
  }

  private String name() {
    return "in" + inputs.size();
  }

  private float[] values(double low, double high, int[] dims) {
    float[] values = new float[size(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(low, high);
    }
    return values;
  }

  static int size(int... dims) {
    return IntStream.of(dims).reduce(1, (a, b) -> a * b);
  }

  /** Random dims, each from 1 to 4. */
  int[] dims(int fewest, int most) {
    return random.ints(random.nextInt(fewest, most + 1), 1, 5).toArray();
  }

  /** Dims that broadcast to others. */
  int[] broadcastTo(int... dims) {
    int from = random.nextInt(dims.length + 1);
    int[] fewer = IntStream.range(from, dims.length).map(i -> dims[i]).toArray();
    for (int i = 0; i < fewer.length; i++) {
      fewer[i] = random.nextInt(3) == 0 ? 1 : fewer[i];
    }
    return fewer;
  }

  /** An axis of a value, at times counted from the end. */
  long axis(int rank) {
    int axis = random.nextInt(rank);
    return random.nextInt(3) == 0 ? axis - rank : axis;
  }

  /** One of several. */
  @SafeVarargs
  final <T> T of(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  Map<String, Tensor> fed() {
    return fed;
  }

  List<String> differentiable() {
    return differentiable;
  }

  /** Names of the outputs that are not omitted. */
  List<String> outputNames() {
    return IntStream.range(0, outputs.size())
        .filter(i -> outputs.get(i) != null)
        .mapToObj(i -> "out" + i)
        .toList();
  }

  List<ElementType> outputTypes() {
    return outputs.stream().filter(Objects::nonNull).toList();
  }

  /** Outputs have no declared shape. */
  OnnxModel model() {
    OnnxBuilder builder = new OnnxBuilder("one").opset("", opset).opset("com.microsoft", 1);
    fed.values().forEach(tensor -> builder.input(tensor.name(), tensor.type(), tensor.dims()));
    initializers.values().forEach(builder::initializer);
    List<String> made =
        IntStream.range(0, outputs.size())
            .mapToObj(i -> outputs.get(i) == null ? "" : "out" + i)
            .toList();
    builder.node(operator, "the node", inputs, made, attributes);
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i) != null) {
        builder.output("out" + i, outputs.get(i));
      }
    }
    ModelProto.Builder proto = builder.proto().toBuilder();
    proto
        .getGraphBuilder()
        .getOutputBuilderList()
        .forEach(output -> output.getTypeBuilder().getTensorTypeBuilder().clearShape());
    return OnnxModel.of(proto.build());
  }
}
