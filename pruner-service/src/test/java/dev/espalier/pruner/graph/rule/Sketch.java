package dev.espalier.pruner.graph.rule;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A small network, sketched node by node; weights are random, values are named by their number. */
final class Sketch {
  private static final String RUNTIME = "com.microsoft.";

  final SplittableRandom random;
  private final OnnxBuilder builder = new OnnxBuilder("sketch");
  private int opset = OnnxBuilder.OPSET;
  private boolean runtime;
  private int made;

  Sketch(long seed) {
    random = new SplittableRandom(seed);
  }

  Sketch opset(int version) {
    opset = version;
    return this;
  }

  /** Operators named com.microsoft. are those of ONNX Runtime. */
  Sketch runtimeOperators() {
    runtime = true;
    return this;
  }

  /** A graph input; dims below 0 are the batch. */
  String input(int... dims) {
    String name = "x" + made++;
    builder.input(name, dims);
    return name;
  }

  /** A float32 initialiser of normal values. */
  String weight(int... dims) {
    return weight(0, 1, dims);
  }

  String weight(double mean, double deviation, int... dims) {
    float[] values = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    return floats(dims, values);
  }

  String floats(int[] dims, float... values) {
    String name = "w" + made++;
    builder.initializer(name, dims, values);
    return name;
  }

  String scalar(double value) {
    return floats(new int[0], (float) value);
  }

  /** An int64 initialiser of one axis. */
  String ints(long... values) {
    return initializer(Tensor.of("i" + made++, new int[] {values.length}, values));
  }

  String initializer(Tensor tensor) {
    builder.initializer(tensor);
    return tensor.name();
  }

  /** Appends a node with one output. */
  String node(String operator, Map<String, Object> attributes, String... inputs) {
    return nodes(operator, 1, attributes, inputs).getFirst();
  }

  String node(String operator, String... inputs) {
    return node(operator, Map.of(), inputs);
  }

  /** Appends a node with several outputs. */
  List<String> nodes(
      String operator, int outputs, Map<String, Object> attributes, String... inputs) {
    String name = operator.toLowerCase() + made++;
    String[] names = new String[outputs];
    Arrays.setAll(names, i -> i == 0 ? name + "_y" : name + "_y" + i);
    builder.node(operator, name, List.of(inputs), List.of(names), attributes);
    return List.of(names);
  }

  /** x [.., in] times a weight [in, out]. */
  String dense(String x, int in, int out) {
    return node("MatMul", x, weight(0, 1 / Math.sqrt(in), in, out));
  }

  /** A convolution without padding, of the kernel's lengths given. */
  String conv(String x, int in, int out, int... kernel) {
    return conv(x, in, out, 1, Map.of(), kernel);
  }

  /** A convolution with bias. */
  String conv(
      String x, int in, int out, int groups, Map<String, Object> attributes, int... kernel) {
    int[] dims = new int[kernel.length + 2];
    dims[0] = out;
    dims[1] = in / groups;
    System.arraycopy(kernel, 0, dims, 2, kernel.length);
    double fan = (double) Arrays.stream(dims).reduce(1, (a, b) -> a * b) / out;
    Map<String, Object> all = new HashMap<>(attributes);
    all.put("group", groups);
    return node("Conv", all, x, weight(0, 1 / Math.sqrt(fan), dims), weight(out));
  }

  /** The network with these outputs. */
  OnnxModel build(String... outputs) {
    for (String output : outputs) {
      builder.output(output);
    }
    ModelProto.Builder model = builder.build().proto().toBuilder();
    model.getOpsetImportBuilder(0).setVersion(opset);
    model
        .getGraphBuilder()
        .getOutputBuilderList()
        .forEach(output -> output.getTypeBuilder().getTensorTypeBuilder().clearShape());
    if (runtime) {
      model.addOpsetImport(
          OperatorSetIdProto.newBuilder().setDomain(RUNTIME.substring(0, 13)).setVersion(1));
      for (NodeProto.Builder node : model.getGraphBuilder().getNodeBuilderList()) {
        if (node.getOpType().startsWith(RUNTIME)) {
          node.setDomain(RUNTIME.substring(0, 13)).setOpType(node.getOpType().substring(14));
        }
      }
    }
    return OnnxModel.of(model.build());
  }
}
