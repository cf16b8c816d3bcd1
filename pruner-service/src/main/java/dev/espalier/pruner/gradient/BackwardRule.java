package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Set;

/** How a gradient passes back through one family of operators. Rules hold no state. */
interface BackwardRule {
  /** The operators of the family, as {@link Node#operator} gives them. */
  Set<String> operators();

  /**
   * Gives each input whose gradient is wanted its share, by {@link Tape#give}. Called where a
   * gradient of an output is there.
   *
   * @throws dev.espalier.onnx.OnnxException where the node is used in a way that has no gradient
   *     here
   */
  void backward(Node node, Tape tape);
}
