package dev.espalier.pruner.fuzz;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Networks;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Small valid networks that together have most of what the pruner looks at. */
final class FuzzNetworks {
  private final SplittableRandom random = new SplittableRandom(1);
  private final OnnxBuilder builder;

  private FuzzNetworks(String name) {
    builder = new OnnxBuilder(name);
  }

  static List<ModelProto> all() {
    return List.of(residual(), attention(), recurrent(), shuffled(), arithmetic());
  }

  private FuzzNetworks weight(String name, int... dims) {
    int size = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    builder.initializer(name, dims, Networks.floats(size, random));
    return this;
  }

  private FuzzNetworks node(String operator, String output, String... inputs) {
    return node(operator, output, Map.of(), inputs);
  }

  private FuzzNetworks node(
      String operator, String output, Map<String, Object> how, String... inputs) {
    builder.node(operator, "/" + output, List.of(inputs), output, how);
    return this;
  }

  private FuzzNetworks ints(String name, long... values) {
    builder.initializer(Tensor.of(name, new int[] {values.length}, values));
    return this;
  }

  private FuzzNetworks normal(String output, String input, int channels) {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    builder.initializer(output + ".variance", new int[] {channels}, ones);
    return weight(output + ".scale", channels)
        .weight(output + ".bias", channels)
        .weight(output + ".mean", channels)
        .node(
            "BatchNormalization",
            output,
            input,
            output + ".scale",
            output + ".bias",
            output + ".mean",
            output + ".variance");
  }

  /** Convolutions with batch normalisation around a residual sum. */
  private static ModelProto residual() {
    FuzzNetworks net = new FuzzNetworks("residual");
    net.builder.input("x", -1, 2, 5, 5);
    Map<String, Object> same =
        Map.of("pads", new long[] {1, 1, 1, 1}, "strides", new long[] {1, 1});
    return net.weight("stem.weight", 4, 2, 3, 3)
        .node("Conv", "stem", same, "x", "stem.weight")
        .normal("normal", "stem", 4)
        .node("Relu", "relu", "normal")
        .weight("inner.weight", 4, 4, 3, 3)
        .weight("inner.bias", 4)
        .node("Conv", "inner", same, "relu", "inner.weight", "inner.bias")
        .node("Add", "sum", "inner", "relu")
        .node("GlobalAveragePool", "pool", "sum")
        .node("Flatten", "flat", Map.of("axis", 1), "pool")
        .weight("head.weight", 3, 4)
        .node("Gemm", "y", Map.of("transB", 1), "flat", "head.weight")
        .builder
        .output("y", -1, 3)
        .proto();
  }

  /** One block of attention, spelled out. */
  private static ModelProto attention() {
    FuzzNetworks net = new FuzzNetworks("attention");
    net.builder.input("x", -1, 3, 4);
    net.ints("split", 0, 0, 2, 2).ints("whole", 0, 0, 4);
    for (String part : List.of("q", "k", "v")) {
      net.weight(part + ".weight", 4, 4)
          .node("MatMul", part, "x", part + ".weight")
          .node("Reshape", part + "s", part, "split")
          .node(
              "Transpose",
              part + "t",
              Map.of("perm", part.equals("k") ? new long[] {0, 2, 3, 1} : new long[] {0, 2, 1, 3}),
              part + "s");
    }
    return net.node("MatMul", "scores", "qt", "kt")
        .node("Softmax", "weights", Map.of("axis", -1), "scores")
        .node("MatMul", "context", "weights", "vt")
        .node("Transpose", "turned", Map.of("perm", new long[] {0, 2, 1, 3}), "context")
        .node("Reshape", "joined", "turned", "whole")
        .weight("out.weight", 4, 4)
        .node("MatMul", "out", "joined", "out.weight")
        .node("Add", "sum", "out", "x")
        .weight("up.weight", 4, 6)
        .node("MatMul", "up", "sum", "up.weight")
        .node("Sigmoid", "gate", "up")
        .weight("down.weight", 6, 4)
        .node("MatMul", "y", "gate", "down.weight")
        .builder
        .output("y", -1, 3, 4)
        .proto();
  }

  private static ModelProto recurrent() {
    FuzzNetworks net = new FuzzNetworks("recurrent");
    net.builder.input("x", 3, -1, 2);
    net.builder.output("y", -1, 2);
    return net.weight("in.weight", 2, 4)
        .node("MatMul", "in", "x", "in.weight")
        .weight("w", 1, 12, 4)
        .weight("r", 1, 12, 3)
        .weight("b", 1, 24)
        .node("LSTM", "all", Map.of("hidden_size", 3), "in", "w", "r", "b")
        .ints("direction", 1)
        .node("Squeeze", "flat", "all", "direction")
        .node("ReduceMean", "mean", Map.of("axes", new long[] {0}, "keepdims", 0), "flat")
        .weight("head.weight", 3, 2)
        .node("MatMul", "y", "mean", "head.weight")
        .builder
        .proto();
  }

  /** Grouped convolutions with a channel shuffle between them. */
  private static ModelProto shuffled() {
    FuzzNetworks net = new FuzzNetworks("shuffled");
    net.builder.input("x", -1, 2, 3, 3);
    net.builder.output("y", -1, 2, 3, 3);
    return net.weight("first.weight", 4, 1, 1, 1)
        .node("Conv", "first", Map.of("group", 2), "x", "first.weight")
        .ints("apart", 0, 2, 2, 3, 3)
        .node("Reshape", "split", "first", "apart")
        .node("Transpose", "turned", Map.of("perm", new long[] {0, 2, 1, 3, 4}), "split")
        .ints("together", 0, 4, 3, 3)
        .node("Reshape", "mixed", "turned", "together")
        .weight("depth.weight", 4, 1, 3, 3)
        .node(
            "Conv",
            "depth",
            Map.of("group", 4, "pads", new long[] {1, 1, 1, 1}),
            "mixed",
            "depth.weight")
        .weight("last.weight", 2, 4, 1, 1)
        .node("Conv", "y", "depth", "last.weight")
        .builder
        .proto();
  }

  /** A reshape to what the graph computes, a constant node, a slice and a concatenation. */
  private static ModelProto arithmetic() {
    FuzzNetworks net = new FuzzNetworks("arithmetic");
    net.builder.input("x", -1, 4);
    net.builder.output("y", -1, 2);
    net.builder.node(
        "Constant",
        "/rest",
        List.of(),
        "rest",
        Map.of("value", Tensor.of("", new int[] {1}, new long[] {-1})));
    return net.weight("up.weight", 4, 6)
        .node("MatMul", "up", "x", "up.weight")
        .node("Shape", "shape", "up")
        .ints("zero", 0)
        .node("Gather", "batch", Map.of("axis", 0), "shape", "zero")
        .node("Concat", "target", Map.of("axis", 0), "batch", "rest")
        .node("Reshape", "flat", "up", "target")
        .ints("from", 1)
        .ints("to", 5)
        .node("Slice", "some", "flat", "from", "to", "from")
        .node("Concat", "both", Map.of("axis", -1), "some", "flat")
        .node("Cast", "same", Map.of("to", ElementType.FLOAT.code()), "both")
        .weight("down.weight", 10, 2)
        .node("MatMul", "y", "same", "down.weight")
        .builder
        .proto();
  }
}
