package dev.espalier.pruner.graph.rule;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A graph under construction, with names made up where a test does not care for them. */
final class Draft {
  final SplittableRandom random;
  private final OnnxBuilder builder = new OnnxBuilder("draft");
  private int made;

  Draft(long seed) {
    random = new SplittableRandom(seed);
  }

  String input(String name, int... dims) {
    builder.input(name, dims);
    return name;
  }

  /** A float32 weight of random values. */
  String weight(String name, int... dims) {
    int size = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    builder.initializer(name, dims, Networks.floats(size, random));
    return name;
  }

  /** An int64 literal of one axis. */
  String ints(long... values) {
    String name = "literal." + made++;
    builder.initializer(Tensor.of(name, new int[] {values.length}, values));
    return name;
  }

  /** An int64 literal of any shape. */
  String ints(int[] dims, long... values) {
    String name = "literal." + made++;
    builder.initializer(Tensor.of(name, dims, values));
    return name;
  }

  String booleans(boolean... values) {
    String name = "literal." + made++;
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    builder.initializer(
        new Tensor(name, ElementType.BOOL, new int[] {bytes.length}, ByteString.copyFrom(bytes)));
    return name;
  }

  /** {@code from * weight}, the weight of shape [in, out]. */
  String dense(String scope, String from, int in, int out) {
    return op("MatMul", List.of(from, weight(scope + ".weight", in, out)));
  }

  String op(String operator, List<String> inputs) {
    return op(operator, inputs, Map.of());
  }

  String op(String operator, List<String> inputs, Map<String, Object> attributes) {
    String output = operator.toLowerCase() + "." + made++;
    builder.node(operator, "/" + output, inputs, output, attributes);
    return output;
  }

  /** A node of several outputs. */
  List<String> op(
      String operator, List<String> inputs, Map<String, Object> attributes, int outputs) {
    String base = operator.toLowerCase() + "." + made++;
    List<String> names = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      names.add(base + "." + i);
    }
    builder.node(operator, "/" + base, inputs, names, attributes);
    return names;
  }

  String reshape(String from, long... target) {
    return op("Reshape", List.of(from, ints(target)));
  }

  String transpose(String from, long... order) {
    return op("Transpose", List.of(from), Map.of("perm", order));
  }

  String concat(int axis, String... parts) {
    return op("Concat", List.of(parts), Map.of("axis", axis));
  }

  Draft output(String name, int... dims) {
    builder.output(name, dims);
    return this;
  }

  OnnxModel build() {
    return builder.build();
  }

  /** The graph as a model of another operator set. */
  OnnxModel build(long opset) {
    ModelProto.Builder model = builder.build().proto().toBuilder();
    model.getOpsetImportBuilder(0).setVersion(opset);
    return OnnxModel.of(model.build());
  }
}
