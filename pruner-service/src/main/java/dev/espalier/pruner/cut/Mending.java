package dev.espalier.pruner.cut;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.Prepared;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
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
  public void ints(int input, long... values) {
    String old = node.getInput(input);
    OnnxModel model = traced.model();
    Tensor tensor = model.initializers().get(old);
    if (tensor != null) {
      int[] dims = tensor.dims().length == 1 ? new int[] {values.length} : tensor.dims();
      node.setInput(input, literal(old, dims, values));
      replaced.add(old);
      return;
    }
    // What varies with a free axis is chosen from what is computed, the rest from a literal.
    Node choice =
        model
            .producer(old)
            .filter(made -> made.operator().equals("Where"))
            .orElseThrow(() -> new IllegalStateException(old + " is no literal"));
    String literal = choice.inputs().get(2);
    long[] known = values.clone();
    for (int i = 0; i < known.length; i++) {
      known[i] = known[i] == Prepared.VARYING ? 1 : known[i];
    }
    String output = old + "/cut." + made;
    graph.addNode(
        choice.proto().toBuilder()
            .setName(output)
            .setInput(2, literal(literal, new int[] {values.length}, known))
            .setOutput(0, output));
    node.setInput(input, output);
    replaced.add(literal);
  }

  private String literal(String old, int[] dims, long[] values) {
    String name = old + "/cut." + made++;
    graph.addInitializer(Tensor.of(name, dims, values).toProto());
    return name;
  }
}
