package dev.espalier.trainer.network;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * What a rule may know of the model around a node.
 *
 * @param opset version of ONNX' own operator set
 * @param initializers the graph's initialisers by name, those lifted from {@code Constant} nodes
 *     among them; an evaluation may feed other values in their place
 */
public record Context(long opset, Map<String, Tensor> initializers) {
  /** The initialiser that a node reads; empty where the input is omitted or computed. */
  public Optional<Tensor> initializer(Node node, int input) {
    return node.input(input).map(initializers::get);
  }
}
