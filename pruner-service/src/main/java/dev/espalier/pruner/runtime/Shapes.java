package dev.espalier.pruner.runtime;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The concrete shape of every value of a model at batch size 1, as ONNX Runtime infers them. */
public final class Shapes {
  /** Most elements of all values that nodes make, 1 GiB as float32. */
  static final long MOST_ELEMENTS = 1L << 28;

  private Shapes() {}

  /**
   * @return shapes by value name: initialisers, graph inputs and every node's outputs; a value is
   *     missing where only running the model could tell
   * @throws OnnxException where ONNX Runtime refuses the model, or its nodes make more than 2^28
   *     elements in all
   */
  public static Map<String, long[]> of(OnnxModel model) {
    return of(model, Inputs.shapes(model, 1));
  }

  /**
   * The same for inputs of given shapes.
   *
   * @param inputs by graph input
   */
  public static Map<String, long[]> of(OnnxModel model, Map<String, long[]> inputs) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    model
        .initializers()
        .forEach(
            (name, tensor) ->
                shapes.put(name, Arrays.stream(tensor.dims()).asLongStream().toArray()));
    shapes.putAll(inputs);
    byte[] shown = everythingShown(model, inputs).toByteArray();
    infer(Session.unfolded(shown), shapes);
    checkSize(model, shapes);
    boolean known =
        model.nodes().stream()
            .flatMap(node -> node.outputs().stream())
            .allMatch(value -> value.isEmpty() || shapes.containsKey(value));
    if (!known) {
      infer(Session.folded(shown), shapes);
      checkSize(model, shapes);
    }
    return shapes;
  }

  private static void infer(Session loaded, Map<String, long[]> shapes) {
    try (Session session = loaded) {
      for (Map.Entry<String, NodeInfo> output : session.session().getOutputInfo().entrySet()) {
        if (output.getValue().getInfo() instanceof TensorInfo tensor
            && Arrays.stream(tensor.getShape()).allMatch(dim -> dim >= 0)) {
          shapes.put(output.getKey(), tensor.getShape());
        }
      }
    } catch (OrtException e) {
      throw new OnnxException("model", "ONNX Runtime cannot tell its shapes: " + e.getMessage(), e);
    }
  }

  private static void checkSize(OnnxModel model, Map<String, long[]> shapes) {
    double all = 0;
    double most = 0;
    String largest = "";
    for (Node node : model.nodes()) {
      double made = 0;
      for (String output : node.outputs()) {
        long[] shape = shapes.get(output);
        made +=
            shape == null ? 0 : Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
      }
      all += made;
      if (made > most) {
        most = made;
        largest = "node " + node;
      }
    }
    if (all > MOST_ELEMENTS) {
      throw new OnnxException(
          largest,
          "makes %.0f of the %.0f elements that one forward pass makes; at most %d"
              .formatted(most, all, MOST_ELEMENTS));
    }
  }

  /** The model with fixed inputs, and with every value that a node makes as a nameless output. */
  private static ModelProto everythingShown(OnnxModel model, Map<String, long[]> inputs) {
    ModelProto.Builder shown = model.proto().toBuilder();
    GraphProto.Builder graph = shown.getGraphBuilder().clearValueInfo();
    for (ValueInfoProto.Builder input : graph.getInputBuilderList()) {
      long[] shape = inputs.get(input.getName());
      if (shape != null) {
        TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
        for (long dim : shape) {
          dims.addDim(Dimension.newBuilder().setDimValue(dim));
        }
        input.getTypeBuilder().getTensorTypeBuilder().setShape(dims);
      }
    }
    Set<String> values = new LinkedHashSet<>();
    for (Node node : model.nodes()) {
      values.addAll(node.outputs());
    }
    values.remove("");
    graph.clearOutput();
    values.forEach(value -> graph.addOutput(ValueInfoProto.newBuilder().setName(value)));
    return shown.build();
  }
}
