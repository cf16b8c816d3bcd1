package dev.espalier.pruner.graph;

import dev.espalier.onnx.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How unit ids flow through one family of operators. Rules hold no state. */
public interface OperatorRule {
  /** The operators of the family, as {@link Node#operator} gives them. */
  Set<String> operators();

  /**
   * Ties the axes of the node's inputs and sets those of its outputs.
   *
   * @return empty where the node was understood, else why not: then all its axes become fixed
   */
  Optional<String> flow(Node node, Axes axes);

  /**
   * Where the node sums over axes of its inputs, so that a unit's contribution ends.
   *
   * @param shapes the shape of every value
   */
  default List<Contraction> contractions(Node node, Map<String, long[]> shapes) {
    return List.of();
  }

  /**
   * Multiply-accumulate operations of one evaluation.
   *
   * @param shapes the shape of every value, at batch size 1
   * @throws ArithmeticException beyond 2^63
   */
  default long macs(Node node, Map<String, long[]> shapes) {
    return 0;
  }
}
