package dev.espalier.pruner.graph;

import dev.espalier.onnx.Node;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one family of operators means for a cut: how unit ids flow through it, what it costs, how
 * its masked twin is written, and what of it depends on sizes. Rules hold no state.
 */
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
   * Writes the node's part of the masked twin: wherever the node sums, averages or compares over an
   * axis that may lose units, these must take no part in it. What stays per unit needs no mask.
   */
  default void twin(Node node, Twin twin) {
    twin.keep(node, Map.of());
  }

  /** Sets right what the node says about sizes, once an axis of its values has lost units. */
  default void mend(Node node, Mend mend) {}

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
