package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;

/** Makes attributes of nodes from plain values. */
final class Attributes {
  private Attributes() {}

  /**
   * @throws IllegalArgumentException where the value has a type that is not listed here
   */
  static AttributeProto of(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    switch (value) {
      case Long v -> attribute.setType(AttributeType.INT).setI(v);
      case Integer v -> attribute.setType(AttributeType.INT).setI(v);
      case Float v -> attribute.setType(AttributeType.FLOAT).setF(v);
      case String v -> attribute.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(v));
      case Tensor v -> attribute.setType(AttributeType.TENSOR).setT(v.toProto());
      case TensorProto v -> attribute.setType(AttributeType.TENSOR).setT(v);
      case GraphProto v -> attribute.setType(AttributeType.GRAPH).setG(v);
      case long[] v ->
          attribute.setType(AttributeType.INTS).addAllInts(Arrays.stream(v).boxed().toList());
      case float[] v -> {
        attribute.setType(AttributeType.FLOATS);
        for (float f : v) {
          attribute.addFloats(f);
        }
      }
      case String[] v -> {
        attribute.setType(AttributeType.STRINGS);
        for (String s : v) {
          attribute.addStrings(ByteString.copyFromUtf8(s));
        }
      }
      case List<?> v when !v.isEmpty() -> v.forEach(item -> add(attribute, item));
      default -> throw unsupported(name, value);
    }
    return attribute.build();
  }

  private static void add(AttributeProto.Builder attribute, Object item) {
    switch (item) {
      case Tensor v -> attribute.setType(AttributeType.TENSORS).addTensors(v.toProto());
      case TensorProto v -> attribute.setType(AttributeType.TENSORS).addTensors(v);
      case GraphProto v -> attribute.setType(AttributeType.GRAPHS).addGraphs(v);
      default -> throw unsupported(attribute.getName(), item);
    }
  }

  private static IllegalArgumentException unsupported(String name, Object value) {
    return new IllegalArgumentException(
        "attribute " + name + " = " + value + ": type is not supported");
  }
}
