package dev.espalier.pruner.cut;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.Prepared;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Adds the nodes of a model to the smaller one, each set right by its rule. */
final class Mending implements Mend {
  private final Traced traced;
  private final Survivors survivors;
  private final GraphProto.Builder graph;
  private final Set<String> replaced = new HashSet<>();
  private NodeProto.Builder node;
  private int made;

  Mending(Traced traced, Survivors survivors, GraphProto.Builder graph) {
    this.traced = traced;
    this.survivors = survivors;
    this.graph = graph;
  }

  void add(Node original) {
    node = original.proto().toBuilder();
    traced
        .rules()
        .of(original)
        .filter(rule -> survivors.touch(original))
        .ifPresent(rule -> rule.mend(original, this));
    graph.addNode(node);
  }

  /** Initialisers that a node no longer reads. */
  Set<String> replaced() {
    return replaced;
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
  public void attribute(String name, long value) {
    attribute(name, a -> a.setType(AttributeProto.AttributeType.INT).setI(value));
  }

  @Override
  public void attribute(String name, long[] values) {
    attribute(
        name,
        a ->
            a.setType(AttributeProto.AttributeType.INTS)
                .clearInts()
                .addAllInts(Arrays.stream(values).boxed().toList()));
  }

  private void attribute(String name, Consumer<AttributeProto.Builder> change) {
    for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
      if (attribute.getName().equals(name)) {
        change.accept(attribute);
        return;
      }
    }
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    change.accept(attribute);
    node.addAttribute(attribute);
  }

  @Override
  public long opset() {
    return traced.model().opset();
  }

  @Override
  public void dropAttribute(String name) {
    for (int i = node.getAttributeCount() - 1; i >= 0; i--) {
      if (node.getAttribute(i).getName().equals(name)) {
        node.removeAttribute(i);
      }
    }
  }

  @Override
  public void ints(int input, long... values) {
    while (node.getInputCount() <= input) {
      node.addInput("");
    }
    String old = node.getInput(input);
    if (Arrays.stream(values).anyMatch(value -> value == Prepared.VARYING)) {
      node.setInput(input, chosen(old, values));
    } else {
      String base = old.isEmpty() ? node.getOutput(0) + "/" + input : old;
      node.setInput(input, literal(base, values));
      replaced.add(old);
    }
  }

  /** What varies with a free axis is chosen from what is computed, the rest from a literal. */
  private String chosen(String old, long[] values) {
    Node choice =
        traced
            .model()
            .producer(old)
            .filter(made -> made.operator().equals("Where"))
            .orElseThrow(() -> new IllegalStateException(old + " is no literal"));
    byte[] varies = new byte[values.length];
    long[] known = values.clone();
    for (int i = 0; i < known.length; i++) {
      varies[i] = (byte) (known[i] == Prepared.VARYING ? 1 : 0);
      known[i] = known[i] == Prepared.VARYING ? 1 : known[i];
    }
    String output = name(old);
    String condition = name(choice.inputs().get(0));
    graph.addInitializer(
        new Tensor(
                condition, ElementType.BOOL, new int[] {values.length}, ByteString.copyFrom(varies))
            .toProto());
    graph.addNode(
        choice.proto().toBuilder()
            .setName(output)
            .setInput(0, condition)
            .setInput(2, literal(choice.inputs().get(2), known))
            .setOutput(0, output));
    replaced.add(choice.inputs().get(0));
    replaced.add(choice.inputs().get(2));
    return output;
  }

  /** A tensor as the old one was, of these values; of one axis where the old one is none. */
  private String literal(String old, long[] values) {
    Tensor tensor = traced.model().initializers().get(old);
    boolean scalar = tensor != null && tensor.dims().length != 1;
    Tensor made = Tensor.of(name(old), scalar ? tensor.dims() : new int[] {values.length}, values);
    boolean narrow = tensor != null && tensor.type() == ElementType.INT32;
    graph.addInitializer((narrow ? narrowed(made) : made).toProto());
    return made.name();
  }

  private static Tensor narrowed(Tensor tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(tensor.size()) * Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long value : tensor.longs()) {
      bytes.putInt(Math.toIntExact(value));
    }
    return new Tensor(
        tensor.name(), ElementType.INT32, tensor.dims(), ByteString.copyFrom(bytes.flip()));
  }

  private String name(String old) {
    return old + "/cut." + made++;
  }
}
