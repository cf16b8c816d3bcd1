package dev.espalier.pruner.cut;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Adds the nodes of a model to the smaller one, each set right by its rule. */
final class Mending implements Mend {
  private final Traced traced;
  private final Survivors survivors;
  private final GraphProto.Builder graph;
  private final OwnIntegers integers;
  private NodeProto.Builder node;

  Mending(Traced traced, Survivors survivors, GraphProto.Builder graph) {
    this.traced = traced;
    this.survivors = survivors;
    this.graph = graph;
    this.integers = new OwnIntegers(traced.model(), graph);
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
    return integers.replaced();
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
    String base = old.isEmpty() ? node.getOutput(0) + "/" + input : old;
    node.setInput(input, integers.replacing(base, values));
  }
}
