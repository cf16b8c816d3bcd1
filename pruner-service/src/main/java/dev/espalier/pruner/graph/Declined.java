package dev.espalier.pruner.graph;

/**
 * A place where no cut is made.
 *
 * @param node name of the node, or of the graph input or output
 * @param operator ONNX operator type, or "Input" or "Output"
 * @param reason why, in words
 */
public record Declined(String node, String operator, String reason) {
  public Declined {
    if (operator.isEmpty() || reason.isEmpty()) {
      throw new IllegalArgumentException("declined " + node + ": operator or reason is empty");
    }
  }
}
