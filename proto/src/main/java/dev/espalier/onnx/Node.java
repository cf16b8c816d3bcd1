package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One operator of a graph.
 *
 * @param index position in the graph's order of evaluation, from 0
 * @param proto the node as the file has it
 */
public record Node(int index, NodeProto proto) {
  /** The node's name, or {@code Operator#index} where the file gives none. */
  public String name() {
    return proto.getName().isEmpty() ? operator() + "#" + index : proto.getName();
  }

  /**
   * ONNX operator type such as {@code Gemm}, with its domain in front where it is not ONNX' own.
   */
  public String operator() {
    String domain = proto.getDomain();
    return domain.isEmpty() || domain.equals("ai.onnx")
        ? proto.getOpType()
        : domain + "." + proto.getOpType();
  }

  /** Names of the values read, in order; an omitted optional input is the empty string. */
  public List<String> inputs() {
    return proto.getInputList();
  }

  /** Names of the values that the node's sub-graphs read from around them, each once. */
  public Set<String> captured() {
    return Captured.of(proto);
  }

  /** Names of the values made, in order. */
  public List<String> outputs() {
    return proto.getOutputList();
  }

  /**
   * @param position from 0
   * @return the input's name, or empty where it is omitted
   */
  public Optional<String> input(int position) {
    return position < inputs().size() && !inputs().get(position).isEmpty()
        ? Optional.of(inputs().get(position))
        : Optional.empty();
  }

  public String output() {
    return outputs().getFirst();
  }

  public Optional<AttributeProto> attribute(String name) {
    return proto.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }

  public long intAttribute(String name, long otherwise) {
    return attribute(name).map(AttributeProto::getI).orElse(otherwise);
  }

  public float floatAttribute(String name, float otherwise) {
    return attribute(name).map(AttributeProto::getF).orElse(otherwise);
  }

  /** The values of a list attribute, empty where it is absent. */
  public long[] intsAttribute(String name) {
    return attribute(name)
        .map(a -> a.getIntsList().stream().mapToLong(Long::longValue).toArray())
        .orElse(new long[0]);
  }

  public String stringAttribute(String name, String otherwise) {
    return attribute(name).map(a -> a.getS().toStringUtf8()).orElse(otherwise);
  }

  @Override
  public String toString() {
    return operator() + " \"" + name() + "\"";
  }
}
