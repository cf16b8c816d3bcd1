package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns {@code Constant} nodes into initialisers. */
final class ConstantNodes {
  /** From this IR version on an initialiser need not be a graph input, too. */
  private static final int FREE_INITIALIZERS = 4;

  private ConstantNodes() {}

  /**
   * @return the model itself where no top-level node can be turned
   */
  static ModelProto lift(ModelProto model) {
    GraphProto graph = model.getGraph();
    List<TensorProto> lifted = new ArrayList<>();
    List<NodeProto> kept = new ArrayList<>(graph.getNodeCount());
    for (NodeProto node : graph.getNodeList()) {
      tensor(node).ifPresentOrElse(lifted::add, () -> kept.add(node));
    }
    if (lifted.isEmpty()) {
      return model;
    }
    GraphProto.Builder changed =
        graph.toBuilder().clearNode().addAllNode(kept).addAllInitializer(lifted);
    if (model.getIrVersion() < FREE_INITIALIZERS) {
      lifted.forEach(tensor -> changed.addInput(input(tensor)));
    }
    return model.toBuilder().setGraph(changed).build();
  }

  private static Optional<TensorProto> tensor(NodeProto node) {
    if (!node.getOpType().equals("Constant")
        || !(node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx"))
        || node.getInputCount() > 0
        || node.getAttributeCount() != 1
        || node.getOutputCount() != 1
        || node.getOutput(0).isEmpty()) {
      return Optional.empty();
    }
    return value(node.getAttribute(0)).map(value -> value.setName(node.getOutput(0)).build());
  }

  private static Optional<TensorProto.Builder> value(AttributeProto value) {
    TensorProto.Builder tensor = TensorProto.newBuilder();
    String form = value.getName() + " " + value.getType();
    return switch (form) {
      case "value TENSOR" ->
          ElementType.find(value.getT().getDataType()).map(type -> value.getT().toBuilder());
      case "value_float FLOAT" ->
          Optional.of(tensor.setDataType(ElementType.FLOAT.code()).addFloatData(value.getF()));
      case "value_int INT" ->
          Optional.of(tensor.setDataType(ElementType.INT64.code()).addInt64Data(value.getI()));
      case "value_floats FLOATS" ->
          Optional.of(
              tensor
                  .setDataType(ElementType.FLOAT.code())
                  .addDims(value.getFloatsCount())
                  .addAllFloatData(value.getFloatsList()));
      case "value_ints INTS" ->
          Optional.of(
              tensor
                  .setDataType(ElementType.INT64.code())
                  .addDims(value.getIntsCount())
                  .addAllInt64Data(value.getIntsList()));
      default -> Optional.empty();
    };
  }

  private static ValueInfoProto input(TensorProto tensor) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    tensor.getDimsList().forEach(dim -> shape.addDimBuilder().setDimValue(dim));
    TypeProto.Builder type = TypeProto.newBuilder();
    type.getTensorTypeBuilder().setElemType(tensor.getDataType()).setShape(shape);
    return ValueInfoProto.newBuilder().setName(tensor.getName()).setType(type).build();
  }
}
