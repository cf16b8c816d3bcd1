package dev.espalier.pruner.fuzz;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes a model wrong in ways that its bytes alone do not show. */
final class GraphMutation {
  private static final long[] ABSURD = {
    0,
    1,
    -1,
    2,
    3,
    4,
    7,
    -2,
    64,
    1000,
    1 << 17,
    Integer.MAX_VALUE,
    1L << 31,
    1L << 62,
    Long.MIN_VALUE,
    Long.MAX_VALUE
  };
  private static final String[] PLACES = {"../w.bin", "/etc/passwd", "w.bin", "a/../../w.bin", ""};
  private static final String[] OPERATORS = {
    "Add", "Mul", "MatMul", "Gemm", "Reshape", "Concat", "Transpose", "Softmax", "Expand", "Shape",
    "Split", "Slice", "Gather", "Conv", "Relu", "ConstantOfShape", "Tile", "Range", "Pad", "Loop"
  };

  private final ModelProto.Builder model;
  private final GraphProto.Builder graph;
  private final SplittableRandom random;

  private GraphMutation(ModelProto from, SplittableRandom random) {
    model = from.toBuilder();
    graph = model.getGraphBuilder();
    this.random = random;
  }

  static ModelProto apply(ModelProto model, SplittableRandom random) {
    GraphMutation mutation = new GraphMutation(model, random);
    for (int i = random.nextInt(3); i >= 0; i--) {
      mutation.once();
    }
    return mutation.model.build();
  }

  private void once() {
    switch (random.nextInt(12)) {
      case 0, 1 -> nodes();
      case 2, 3, 4 -> names();
      case 5, 6 -> initializer();
      case 7, 8 -> attribute();
      case 9 -> input();
      case 10 -> opset();
      default -> interfaceOrMetadata();
    }
  }

  private int any(int count) {
    return random.nextInt(count);
  }

  private long absurd() {
    return ABSURD[any(ABSURD.length)];
  }

  private void nodes() {
    if (graph.getNodeCount() == 0) {
      return;
    }
    int at = any(graph.getNodeCount());
    int other = any(graph.getNodeCount());
    NodeProto node = graph.getNode(at);
    switch (any(4)) {
      case 0 -> graph.removeNode(at);
      case 1 -> graph.addNode(node);
      case 2 -> graph.setNode(at, graph.getNode(other)).setNode(other, node);
      default -> graph.getNodeBuilder(at).setOpType(OPERATORS[any(OPERATORS.length)]);
    }
  }

  /** Any value that the graph has, or none. */
  private String value() {
    List<String> names = new ArrayList<>(List.of("", "nowhere"));
    graph.getNodeList().forEach(node -> names.addAll(node.getOutputList()));
    graph.getInitializerList().forEach(tensor -> names.add(tensor.getName()));
    graph.getInputList().forEach(input -> names.add(input.getName()));
    return names.get(any(names.size()));
  }

  private void names() {
    if (graph.getNodeCount() == 0) {
      return;
    }
    NodeProto.Builder node = graph.getNodeBuilder(any(graph.getNodeCount()));
    int inputs = node.getInputCount();
    switch (any(6)) {
      case 0 -> node.addInput(value());
      case 1 -> node.setName("");
      case 2 -> node.clearInput();
      case 3 -> node.setOutput(0, value());
      default -> {
        if (inputs > 0) {
          node.setInput(any(inputs), value());
        }
      }
    }
  }

  private void initializer() {
    if (graph.getInitializerCount() == 0) {
      return;
    }
    int at = any(graph.getInitializerCount());
    TensorProto.Builder tensor = graph.getInitializerBuilder(at);
    switch (any(9)) {
      case 0 -> graph.removeInitializer(at);
      case 1 -> graph.addInitializer(tensor.build());
      case 2 -> tensor.addDims(absurd());
      case 3 -> tensor.clearDims();
      case 4 -> tensor.setDataType(any(24));
      case 5 -> external(tensor);
      case 6, 7 -> tensor.setRawData(numbers(tensor.getRawData()));
      default -> {
        if (tensor.getDimsCount() > 0) {
          tensor.setDims(any(tensor.getDimsCount()), absurd());
        }
      }
    }
  }

  private void external(TensorProto.Builder tensor) {
    tensor.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
    tensor.addExternalDataBuilder().setKey("location").setValue(PLACES[any(PLACES.length)]);
    tensor.addExternalDataBuilder().setKey("length").setValue(Long.toString(absurd()));
  }

  /** Other numbers of the same size: an integer where there are any, else a bit of a float. */
  private ByteString numbers(ByteString data) {
    if (data.size() < Long.BYTES) {
      return data;
    }
    ByteBuffer bytes = ByteBuffer.wrap(data.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    int at = any(data.size() / Long.BYTES) * Long.BYTES;
    bytes.putLong(at, absurd());
    return ByteString.copyFrom(bytes);
  }

  private void attribute() {
    List<AttributeProto.Builder> all = new ArrayList<>();
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      all.addAll(node.getAttributeBuilderList());
    }
    if (all.isEmpty()) {
      return;
    }
    AttributeProto.Builder attribute = all.get(any(all.size()));
    switch (any(5)) {
      case 0 -> attribute.setType(AttributeProto.AttributeType.forNumber(1 + any(7)));
      case 1 -> attribute.addInts(absurd());
      case 2 -> attribute.clearInts();
      default -> {
        if (attribute.getIntsCount() > 0) {
          attribute.setInts(any(attribute.getIntsCount()), absurd());
        } else {
          attribute.setI(absurd());
        }
      }
    }
  }

  private void input() {
    if (graph.getInputCount() == 0) {
      return;
    }
    ValueInfoProto.Builder input = graph.getInputBuilder(any(graph.getInputCount()));
    TypeProto.Tensor.Builder type = input.getTypeBuilder().getTensorTypeBuilder();
    int dims = type.getShape().getDimCount();
    switch (any(6)) {
      case 0 -> type.clearShape();
      case 1 -> type.setElemType(any(24));
      case 2 -> type.getShapeBuilder().addDimBuilder().setDimValue(absurd());
      case 3 -> graph.clearInput();
      default -> {
        if (dims > 0) {
          type.getShapeBuilder().getDimBuilder(any(dims)).setDimValue(absurd());
        }
      }
    }
  }

  private void opset() {
    switch (any(4)) {
      case 0 -> model.clearOpsetImport();
      case 1 -> model.addOpsetImportBuilder().setDomain("nobody").setVersion(absurd());
      case 2 -> model.setIrVersion(absurd());
      default -> {
        if (model.getOpsetImportCount() > 0) {
          model.getOpsetImportBuilder(0).setVersion(any(2) == 0 ? absurd() : any(26));
        }
      }
    }
  }

  private void interfaceOrMetadata() {
    switch (any(5)) {
      case 0 -> graph.clearOutput();
      case 1 -> graph.addOutputBuilder().setName(value());
      case 2 -> graph.addAllOutput(graph.getInputList());
      case 3 ->
          model.addMetadataPropsBuilder().setKey("espalier.feedback").setValue(value() + "=x");
      default -> graph.addInputBuilder().setName(value());
    }
  }
}
