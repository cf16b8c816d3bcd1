package dev.espalier.pruner.graph;

import dev.espalier.onnx.Component;
import dev.espalier.onnx.Node;

/** Where an initialiser belongs, by its own name or else by that of the node that reads it. */
final class Names {
  private Names() {}

  static String component(String initializer, Node reader) {
    String own = Component.of(initializer);
    return own.equals(Component.NONE) ? Component.of(reader.name()) : own;
  }

  static String scope(String initializer, Node reader) {
    boolean scoped =
        !Component.of(initializer).equals(Component.NONE)
            || Component.of(reader.name()).equals(Component.NONE);
    String scope = Component.scope(scoped ? initializer : reader.name());
    return scope.startsWith("/") && scope.length() > 1 ? scope.substring(1) : scope;
  }
}
