package dev.espalier.pruner.gradient;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The element type of every value: most operators make what their first input is. */
final class Types {
  private static final Set<String> MAKE_INTEGERS =
      Set.of("Shape", "Size", "ArgMax", "ArgMin", "NonZero");

  private static final Set<String> MAKE_TRUTHS =
      Set.of(
          "Equal",
          "Greater",
          "Less",
          "GreaterOrEqual",
          "LessOrEqual",
          "And",
          "Or",
          "Not",
          "Xor",
          "IsNaN",
          "IsInf");

  private final Map<String, ElementType> byValue = new HashMap<>();

  private Types() {}

  static Types of(OnnxModel model) {
    Types types = new Types();
    model.initializers().forEach((name, tensor) -> types.byValue.put(name, tensor.type()));
    Map<String, ElementType> said = new HashMap<>();
    Stream.of(model.inputs(), model.outputs(), model.proto().getGraph().getValueInfoList())
        .flatMap(list -> list.stream())
        .filter(value -> value.getType().getTensorType().getElemType() != 0)
        .forEach(value -> said.put(value.getName(), type(value)));
    model.inputs().forEach(input -> types.byValue.put(input.getName(), type(input)));
    for (Node node : model.nodes()) {
      for (int i = 0; i < node.outputs().size(); i++) {
        String output = node.outputs().get(i);
        types.byValue.put(
            output, said.containsKey(output) ? said.get(output) : types.made(node, i));
      }
    }
    return types;
  }

  ElementType of(String value) {
    return byValue.getOrDefault(value, ElementType.FLOAT);
  }

  private ElementType made(Node node, int position) {
    String operator = node.operator();
    if (MAKE_INTEGERS.contains(operator)
        || position == 1 && (operator.equals("MaxPool") || operator.equals("TopK"))) {
      return ElementType.INT64;
    }
    if (MAKE_TRUTHS.contains(operator) || position == 1 && operator.equals("Dropout")) {
      return ElementType.BOOL;
    }
    return switch (operator) {
      case "Cast" -> type((int) node.intAttribute("to", ElementType.FLOAT.code()));
      case "Constant", "ConstantOfShape" ->
          node.attribute("value")
              .map(AttributeProto::getT)
              .map(TensorProto::getDataType)
              .map(Types::type)
              .orElse(
                  Stream.of("value_int", "value_ints").anyMatch(a -> node.attribute(a).isPresent())
                      ? ElementType.INT64
                      : ElementType.FLOAT);
      case "Where", "CastLike" -> of(node.inputs().get(1));
      case "OneHot" -> of(node.inputs().get(2));
      case "DequantizeLinear" -> of(node.inputs().get(1));
      default -> node.inputs().isEmpty() ? ElementType.FLOAT : of(node.inputs().getFirst());
    };
  }

  private static ElementType type(ValueInfoProto value) {
    return type(value.getType().getTensorType().getElemType());
  }

  private static ElementType type(int code) {
    return Arrays.stream(ElementType.values())
        .filter(type -> type.code() == code)
        .findFirst()
        .orElse(ElementType.UINT8);
  }
}
