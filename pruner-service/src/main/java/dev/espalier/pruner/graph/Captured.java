package dev.espalier.pruner.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;

/** What the sub-graphs of a node may read from around them. */
final class Captured {
  private Captured() {}

  /** Every name that is read within the node's sub-graphs; names of their own values among them. */
  static List<String> by(NodeProto node) {
    List<String> names = new ArrayList<>();
    collect(node, names);
    return names;
  }

  private static void collect(NodeProto node, List<String> names) {
    for (AttributeProto attribute : node.getAttributeList()) {
      List<GraphProto> graphs = new ArrayList<>(attribute.getGraphsList());
      if (attribute.hasG()) {
        graphs.add(attribute.getG());
      }
      for (GraphProto graph : graphs) {
        graph.getOutputList().forEach(output -> names.add(output.getName()));
        for (NodeProto inner : graph.getNodeList()) {
          names.addAll(inner.getInputList());
          collect(inner, names);
        }
      }
    }
  }
}
