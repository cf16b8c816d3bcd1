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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds ONNX models in code. Dims below 0 stand for a free batch axis. */
public final class OnnxBuilder {
  /** Operator set that is written. */
  public static final int OPSET = 17;

  private static final int IR_VERSION = 8;

  private final GraphProto.Builder graph;
  private final ModelProto.Builder model =
      ModelProto.newBuilder().setIrVersion(IR_VERSION).setProducerName("espalier");
  private final Map<String, Long> opsets = new LinkedHashMap<>(Map.of("", (long) OPSET));

  public OnnxBuilder(String name) {
    graph = GraphProto.newBuilder().setName(name);
  }

  /**
   * Imports an operator set, or another version of one.
   *
   * @param domain the empty string for ONNX' own operators
   */
  public OnnxBuilder opset(String domain, long version) {
    opsets.put(domain, version);
    return this;
  }

  /** A float32 input. */
  public OnnxBuilder input(String name, int... dims) {
    return input(name, ElementType.FLOAT, dims);
  }

  public OnnxBuilder input(String name, ElementType type, int... dims) {
    graph.addInput(value(name, type, dims));
    return this;
  }

  /** A float32 output. */
  public OnnxBuilder output(String name, int... dims) {
    return output(name, ElementType.FLOAT, dims);
  }

  public OnnxBuilder output(String name, ElementType type, int... dims) {
    graph.addOutput(value(name, type, dims));
    return this;
  }

  public OnnxBuilder initializer(Tensor tensor) {
    return initializer(tensor.toProto());
  }

  /** An initialiser as a file may hold it, of any type and form. */
  public OnnxBuilder initializer(TensorProto tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  /** A float32 initialiser. */
  public OnnxBuilder initializer(String name, int[] dims, float[] values) {
    return initializer(Tensor.of(name, dims, values));
  }

  /**
   * Appends a node with one output.
   *
   * @param operator as {@link Node#operator} has it: {@code Gemm}, {@code com.microsoft.Gelu}
   * @param attributes values of type Long, Integer, Float, String, long[], float[], String[],
   *     {@link Tensor}, {@code TensorProto} or {@code GraphProto}, or a list of the last three
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
    int dot = operator.lastIndexOf('.');
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(operator.substring(dot + 1))
            .setName(name)
            .addAllInput(inputs)
            .addAllOutput(outputs);
    if (dot > 0) {
      node.setDomain(operator.substring(0, dot));
    }
    attributes.forEach((key, value) -> node.addAttribute(Attributes.of(key, value)));
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
    return OnnxModel.of(proto());
  }

  /** The model as it is, valid or not. */
  public ModelProto proto() {
    ModelProto.Builder whole = model.clone().setGraph(graph);
    opsets.forEach(
        (domain, version) ->
            whole.addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version)));
    return whole.build();
  }

  /** The graph as it is, for a node's attribute: it may read values from around that node. */
  public GraphProto graph() {
    return graph.clone().build();
  }

  private static ValueInfoProto value(String name, ElementType type, int... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int dim : dims) {
      shape.addDim(
          dim < 0
              ? TensorShapeProto.Dimension.newBuilder().setDimParam("batch")
              : TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.code()).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** An attribute of a node; the value is of a type that {@link #node} takes. */
  public static AttributeProto attribute(String name, Object value) {
    return Attributes.of(name, value);
  }
}
