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
  private Shapes() {}

  /**
   * @return shapes by value name: initialisers, graph inputs and every node's outputs; a value is
   *     missing where only running the model could tell
   * @throws OnnxException where ONNX Runtime refuses the model
   */
  public static Map<String, long[]> of(OnnxModel model) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    model
        .initializers()
        .forEach(
            (name, tensor) ->
                shapes.put(name, Arrays.stream(tensor.dims()).asLongStream().toArray()));
    Map<String, long[]> inputs = Inputs.shapes(model, 1);
    shapes.putAll(inputs);
    try (Session session = Session.basic(everythingShown(model, inputs).toByteArray())) {
      for (Map.Entry<String, NodeInfo> output : session.session().getOutputInfo().entrySet()) {
        if (output.getValue().getInfo() instanceof TensorInfo tensor
            && Arrays.stream(tensor.getShape()).allMatch(dim -> dim >= 0)) {
          shapes.put(output.getKey(), tensor.getShape());
        }
      }
    } catch (OrtException e) {
      throw new OnnxException("model", "ONNX Runtime cannot tell its shapes: " + e.getMessage(), e);
    }
    return shapes;
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
