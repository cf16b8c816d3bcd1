package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** The values that a node's sub-graphs, as those of If, Loop and Scan, read from around them. */
final class Captured {
  private Captured() {}

  /** Names in the order in which they are first read, also by graphs within the sub-graphs. */
  static Set<String> of(NodeProto node) {
    Set<String> outside = null;
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG() || attribute.getGraphsCount() > 0) {
        outside = outside == null ? new LinkedHashSet<>() : outside;
        if (attribute.hasG()) {
          outside.addAll(free(attribute.getG()));
        }
        for (GraphProto graph : attribute.getGraphsList()) {
          outside.addAll(free(graph));
        }
      }
    }
    return outside == null ? Set.of() : outside;
  }

  private static Set<String> free(GraphProto graph) {
    Set<String> own = given(graph);
    own.add("");
    Set<String> read = new LinkedHashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      own.addAll(node.getOutputList());
      read.addAll(node.getInputList());
      read.addAll(of(node));
    }
    graph.getOutputList().forEach(output -> read.add(output.getName()));
    read.removeIf(own::contains);
    return read;
  }

  /** The values of a graph that no node of it makes: its inputs and initialisers. */
  static Set<String> given(GraphProto graph) {
    Set<String> given = new HashSet<>();
    graph.getInputList().forEach(input -> given.add(input.getName()));
    graph.getInitializerList().forEach(tensor -> given.add(tensor.getName()));
    graph.getSparseInitializerList().forEach(s -> given.add(s.getValues().getName()));
    return given;
  }
}
