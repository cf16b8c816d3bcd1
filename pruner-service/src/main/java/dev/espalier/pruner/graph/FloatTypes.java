package dev.espalier.pruner.graph;

import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The element types of a model's floating-point values: a node's outputs have its inputs'. */
public final class FloatTypes {
  private final Map<String, ElementType> types = new HashMap<>();

  public FloatTypes(OnnxModel model) {
    for (Tensor tensor : model.initializers().values()) {
      put(tensor.name(), tensor.type());
    }
    for (ValueInfoProto input : model.inputs()) {
      put(input.getName(), input.getType().getTensorType().getElemType());
    }
    for (Node node : model.nodes()) {
      if (node.operator().equals("Cast")) {
        put(node.output(), (int) node.intAttribute("to", 0));
      } else {
        node.inputs().stream()
            .map(types::get)
            .filter(Objects::nonNull)
            .findFirst()
            .ifPresent(type -> node.outputs().forEach(output -> put(output, type)));
      }
    }
  }

  /** The type of a floating-point value, float32 where it is not known. */
  public ElementType of(String value) {
    return types.getOrDefault(value, ElementType.FLOAT);
  }

  private void put(String value, int code) {
    for (ElementType type : ElementType.values()) {
      if (type.code() == code) {
        put(value, type);
      }
    }
  }

  private void put(String value, ElementType type) {
    if (type.floatingPoint()) {
      types.put(value, type);
    }
  }
}
