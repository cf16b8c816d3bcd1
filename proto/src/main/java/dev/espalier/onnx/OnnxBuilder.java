package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Builds ONNX models in code. Dims below 0 stand for a free batch axis. */
public final class OnnxBuilder {
  /** Operator set that is written. */
  public static final int OPSET = 17;

  private static final int IR_VERSION = 8;

  private final GraphProto.Builder graph;
  private final ModelProto.Builder model =
      ModelProto.newBuilder()
          .setIrVersion(IR_VERSION)
          .setProducerName("espalier")
          .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));

  public OnnxBuilder(String name) {
    graph = GraphProto.newBuilder().setName(name);
  }

  public OnnxBuilder input(String name, int... dims) {
    graph.addInput(value(name, dims));
    return this;
  }

  public OnnxBuilder output(String name, int... dims) {
    graph.addOutput(value(name, dims));
    return this;
  }

  public OnnxBuilder initializer(Tensor tensor) {
    graph.addInitializer(tensor.toProto());
    return this;
  }

  /** A float32 initialiser. */
  public OnnxBuilder initializer(String name, int[] dims, float[] values) {
    return initializer(Tensor.of(name, dims, values));
  }

  /**
   * Appends a node with one output.
   *
   * @param attributes values of type Long, Integer, Float, String, long[] or float[]
   */
  public OnnxBuilder node(
      String operator,
      String name,
      List<String> inputs,
      String output,
      Map<String, Object> attributes) {
    return node(operator, name, inputs, List.of(output), attributes);
  }

  public OnnxBuilder node(String operator, String name, List<String> inputs, String output) {
    return node(operator, name, inputs, List.of(output), Map.of());
  }

  public OnnxBuilder node(
      String operator,
      String name,
      List<String> inputs,
      List<String> outputs,
      Map<String, Object> attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(name)
            .addAllInput(inputs)
            .addAllOutput(outputs);
    attributes.forEach((key, value) -> node.addAttribute(attribute(key, value)));
    graph.addNode(node);
    return this;
  }

  public OnnxBuilder metadata(String key, String value) {
    model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
    return this;
  }

  /**
   * @throws OnnxException where the graph is not valid
   */
  public OnnxModel build() {
    return OnnxModel.of(model.clone().setGraph(graph).build());
  }

  private static ValueInfoProto value(String name, int... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int dim : dims) {
      shape.addDim(
          dim < 0
              ? TensorShapeProto.Dimension.newBuilder().setDimParam("batch")
              : TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT_VALUE)
            .setShape(shape)
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** An attribute of a node; the value is of a type that {@link #node} takes. */
  public static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    return switch (value) {
      case Long v -> attribute.setType(AttributeProto.AttributeType.INT).setI(v).build();
      case Integer v -> attribute.setType(AttributeProto.AttributeType.INT).setI(v).build();
      case Float v -> attribute.setType(AttributeProto.AttributeType.FLOAT).setF(v).build();
      case String v ->
          attribute
              .setType(AttributeProto.AttributeType.STRING)
              .setS(ByteString.copyFromUtf8(v))
              .build();
      case long[] v ->
          attribute
              .setType(AttributeProto.AttributeType.INTS)
              .addAllInts(Arrays.stream(v).boxed().toList())
              .build();
      case float[] v -> {
        attribute.setType(AttributeProto.AttributeType.FLOATS);
        for (float f : v) {
          attribute.addFloats(f);
        }
        yield attribute.build();
      }
      default ->
          throw new IllegalArgumentException(
              "attribute " + name + " = " + value + ": type is not supported");
    };
  }
}
