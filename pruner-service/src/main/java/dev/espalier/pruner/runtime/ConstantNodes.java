package dev.espalier.pruner.runtime;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.Optional;

/** Makes initialisers of {@code Constant} nodes. */
final class ConstantNodes {
  private ConstantNodes() {}

  /**
   * @return a model that computes the same; its {@code Constant} nodes that hold a dense tensor of
   *     numbers are initialisers of the same name
   */
  static OnnxModel lifted(OnnxModel model) {
    if (model.nodes().stream().noneMatch(node -> node.operator().equals("Constant"))) {
      return model;
    }
    ModelProto.Builder lifted = model.proto().toBuilder();
    GraphProto.Builder graph = lifted.getGraphBuilder().clearNode();
    for (Node node : model.nodes()) {
      Optional<TensorProto> tensor =
          node.operator().equals("Constant") && node.outputs().size() == 1
              ? tensor(node)
              : Optional.empty();
      if (tensor.isPresent()) {
        graph.addInitializer(tensor.get());
      } else {
        graph.addNode(node.proto());
      }
    }
    return OnnxModel.of(lifted.build());
  }

  private static Optional<TensorProto> tensor(Node node) {
    if (node.proto().getAttributeCount() != 1) {
      return Optional.empty();
    }
    AttributeProto attribute = node.proto().getAttribute(0);
    TensorProto.Builder tensor = TensorProto.newBuilder();
    switch (attribute.getName()) {
      case "value" -> {
        if (attribute.getT().getDataType() == TensorProto.DataType.STRING_VALUE) {
          return Optional.empty();
        }
        tensor.mergeFrom(attribute.getT());
      }
      case "value_int" ->
          tensor.mergeFrom(Tensor.of("", new int[0], new long[] {attribute.getI()}).toProto());
      case "value_float" ->
          tensor.mergeFrom(Tensor.of("", new int[0], new float[] {attribute.getF()}).toProto());
      case "value_ints" -> {
        long[] values = attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
        tensor.mergeFrom(Tensor.of("", new int[] {values.length}, values).toProto());
      }
      case "value_floats" -> {
        float[] values = new float[attribute.getFloatsCount()];
        for (int i = 0; i < values.length; i++) {
          values[i] = attribute.getFloats(i);
        }
        tensor.mergeFrom(Tensor.of("", new int[] {values.length}, values).toProto());
      }
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(tensor.setName(node.output()).build());
  }
}
