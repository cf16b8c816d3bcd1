package dev.espalier.pruner.verify;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.graph.FloatTypes;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.graph.Twin;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Appends the nodes of a masked twin to its graph. */
final class TwinWriter implements Twin {
  private static final int WHERE_SINCE = 9;

  private final Traced traced;
  private final Survivors survivors;
  private final GraphProto.Builder graph;
  private final FloatTypes types;
  private final boolean where;
  private NodeProto original = NodeProto.getDefaultInstance();
  private int made;

  TwinWriter(Traced traced, Survivors survivors, GraphProto.Builder graph) {
    this.traced = traced;
    this.survivors = survivors;
    this.graph = graph;
    this.where = traced.model().opset() >= WHERE_SINCE;
    this.types = new FloatTypes(traced.model());
  }

  /** Goes on to a node; {@link #keep} writes it as the file has it. */
  void at(Node node) {
    original = node.proto();
  }

  @Override
  public boolean cuts(String value, int axis) {
    return survivors.cuts(value, axis);
  }

  @Override
  public int[] kept(String value, int axis) {
    return survivors.kept(value, axis);
  }

  @Override
  public long[] shape(String value) {
    return traced.axes().shape(value);
  }

  @Override
  public Optional<long[]> ints(String value) {
    return traced.axes().ints(value);
  }

  @Override
  public boolean isWeight(String value) {
    return traced.axes().isWeight(value);
  }

  @Override
  public long opset() {
    return traced.model().opset();
  }

  @Override
  public ElementType type(String value) {
    return types.of(value);
  }

  @Override
  public String masked(String value, double neutral, int... axes) {
    String masked = value;
    for (int axis : axes) {
      if (axis >= 0 && cuts(value, axis)) {
        masked = masked(value, masked, axis, neutral);
      }
    }
    return masked;
  }

  private String masked(String value, String from, int axis, double neutral) {
    int[][] ids = traced.axes().of(value);
    int[] dims = new int[ids.length - axis];
    Arrays.fill(dims, 1);
    dims[0] = ids[axis].length;
    double[] stays = new double[dims[0]];
    for (int index : kept(value, axis)) {
      stays[index] = 1;
    }
    if (!where) {
      String zeroed = add("Mul", List.of(from, constant(type(value), dims, stays)), Map.of());
      double[] instead = Arrays.stream(stays).map(stay -> stay == 1 ? 0 : neutral).toArray();
      return neutral == 0
          ? zeroed
          : add("Add", List.of(zeroed, constant(type(value), dims, instead)), Map.of());
    }
    byte[] mask = new byte[stays.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (byte) stays[i];
    }
    String name = constant(new Tensor(name(), ElementType.BOOL, dims, ByteString.copyFrom(mask)));
    String other = constant(type(value), new int[0], neutral);
    return add("Where", List.of(name, from, other), Map.of());
  }

  @Override
  public void keep(Node node, Map<Integer, String> inputs) {
    NodeProto.Builder kept = original.toBuilder();
    inputs.forEach(
        (position, name) -> {
          if (!name.equals(node.inputs().get(position))) {
            kept.setInput(position, name);
          }
        });
    graph.addNode(kept);
  }

  @Override
  public void add(
      String operator, List<String> inputs, String output, Map<String, Object> attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(name())
            .addAllInput(inputs)
            .addOutput(output);
    attributes.forEach((key, value) -> node.addAttribute(OnnxBuilder.attribute(key, value)));
    graph.addNode(node);
  }

  @Override
  public String add(String operator, List<String> inputs, Map<String, Object> attributes) {
    String output = name();
    add(operator, inputs, output, attributes);
    return output;
  }

  @Override
  public String constant(ElementType type, int[] dims, double... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (type) {
        case DOUBLE -> bytes.putDouble(value);
        case FLOAT16 -> bytes.putShort(Float.floatToFloat16((float) value));
        case BFLOAT16 -> bytes.putShort((short) (Float.floatToIntBits((float) value) >>> 16));
        default -> bytes.putFloat((float) value);
      }
    }
    return constant(new Tensor(name(), type, dims, ByteString.copyFrom(bytes.flip())));
  }

  @Override
  public String constant(long... values) {
    return constant(Tensor.of(name(), new int[] {values.length}, values));
  }

  private String constant(Tensor tensor) {
    graph.addInitializer(tensor.toProto());
    return tensor.name();
  }

  private String name() {
    return "espalier.twin/" + made++;
  }
}
