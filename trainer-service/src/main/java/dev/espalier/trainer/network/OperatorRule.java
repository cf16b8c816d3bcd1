package dev.espalier.trainer.network;

import dev.espalier.onnx.Node;

/** How one ONNX operator is evaluated with the engine's operators, so that it can be trained. */
@FunctionalInterface
public interface OperatorRule {
  /**
   * Reads a node's attributes once.
   *
   * @throws dev.espalier.onnx.OnnxException where the node asks for what the rule cannot do
   */
  Operation bind(Node node);
}
