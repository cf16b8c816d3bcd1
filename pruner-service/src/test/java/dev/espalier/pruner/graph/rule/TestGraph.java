package dev.espalier.pruner.graph.rule;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
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

/**
 * Graphs with random weights and operators of any domain, written as {@link
 * dev.espalier.onnx.Node#operator} gives them.
 */
final class TestGraph {
  private final OnnxBuilder builder = new OnnxBuilder("test");
  private final SplittableRandom random;
  private final Map<String, ElementType> types = new LinkedHashMap<>();
  private final Map<String, List<AttributeProto>> lists = new HashMap<>();
  private long opset = OnnxBuilder.OPSET;
  private int made;

  TestGraph(SplittableRandom random) {
    this.random = random;
  }

  TestGraph opset(long version) {
    opset = version;
    return this;
  }

  String input(String name, int... dims) {
    builder.input(name, dims);
    return name;
  }

  String input(String name, ElementType type, int... dims) {
    types.put(name, type);
    return input(name, dims);
  }

  void output(String name, int... dims) {
    builder.output(name, dims);
  }

  /** A float32 initialiser; its values are normal, divided by the root of its last dim. */
  String weight(String name, int... dims) {
    float[] data = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    double scale = dims.length > 1 ? 1.2 / Math.sqrt(dims[dims.length - 1]) : 0.8;
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) (scale * random.nextGaussian());
    }
    builder.initializer(Tensor.of(name, dims, data));
    return name;
  }

  String ints(String name, long... values) {
    return longs(name, new int[] {values.length}, values);
  }

  String longs(String name, int[] dims, long... values) {
    builder.initializer(Tensor.of(name, dims, values));
    return name;
  }

  void initializer(Tensor tensor) {
    builder.initializer(tensor);
  }

  String node(String operator, List<String> inputs, Map<String, Object> attributes) {
    String output = operator + "." + made;
    return nodes(operator, inputs, List.of(output), attributes).getFirst();
  }

  String node(String operator, String... inputs) {
    return node(operator, List.of(inputs), Map.of());
  }

  /** A node with several outputs, which it names. */
  List<String> nodes(
      String operator, List<String> inputs, List<String> outputs, Map<String, Object> attributes) {
    String name = "/" + operator + "." + made++;
    Map<String, Object> plain = new LinkedHashMap<>(attributes);
    attributes.forEach(
        (key, value) -> {
          if (value instanceof String[] list) {
            plain.remove(key);
            AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(key).setType(AttributeType.STRINGS);
            Arrays.stream(list).map(ByteString::copyFromUtf8).forEach(attribute::addStrings);
            lists.computeIfAbsent(name, n -> new ArrayList<>()).add(attribute.build());
          }
        });
    builder.node(operator, name, inputs, outputs, plain);
    return outputs;
  }

  /** {@code x * weight}, with x's last axis of length {@code in}. */
  String dense(String x, int in, int out) {
    return node("MatMul", x, weight("dense" + made + ".weight", in, out));
  }

  OnnxModel build() {
    ModelProto.Builder model = builder.build().proto().toBuilder().clearOpsetImport();
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset));
    for (NodeProto.Builder node : model.getGraphBuilder().getNodeBuilderList()) {
      node.addAllAttribute(lists.getOrDefault(node.getName(), List.of()));
      int dot = node.getOpType().lastIndexOf('.');
      if (dot > 0) {
        node.setDomain(node.getOpType().substring(0, dot));
        node.setOpType(node.getOpType().substring(dot + 1));
      }
    }
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1));
    for (ValueInfoProto.Builder input : model.getGraphBuilder().getInputBuilderList()) {
      ElementType type = types.get(input.getName());
      if (type != null) {
        input.getTypeBuilder().getTensorTypeBuilder().setElemType(type.code());
      }
    }
    return OnnxModel.of(model.build());
  }
}
