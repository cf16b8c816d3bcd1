package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Prepared;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/** Integers that a node says, by an attribute in older operator sets and by an input in newer. */
final class Literals {
  private Literals() {}

  /**
   * @param input position of the input that may hold them
   * @param ints what is known of integer values
   * @return empty where the node does not say, or says what is not known
   */
  static Optional<long[]> of(
      Node node, String attribute, int input, Function<String, Optional<long[]>> ints) {
    return node.attribute(attribute).isPresent()
        ? Optional.of(node.intsAttribute(attribute))
        : node.input(input).flatMap(ints);
  }

  /** As {@link #of}, and empty too where an element differs from one batch size to another. */
  static Optional<long[]> settled(
      Node node, String attribute, int input, Function<String, Optional<long[]>> ints) {
    return of(node, attribute, input, ints)
        .filter(values -> Arrays.stream(values).noneMatch(v -> v == Prepared.VARYING));
  }

  /** True where the node says such integers, known or not. */
  static boolean given(Node node, String attribute, int input) {
    return node.attribute(attribute).isPresent() || node.input(input).isPresent();
  }
}
