package dev.espalier.pruner.graph;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which component each initialiser of a model belongs to. */
public final class Components {
  private Components() {}

  /** By the initialisers that nodes read: their component, in the order of the nodes. */
  public static Map<String, String> of(OnnxModel model) {
    Map<String, String> components = new LinkedHashMap<>();
    for (Node node : model.nodes()) {
      for (String input : node.inputs()) {
        if (model.initializers().containsKey(input)) {
          components.computeIfAbsent(input, name -> Names.component(name, node));
        }
      }
    }
    return components;
  }
}
