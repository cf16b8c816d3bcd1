package dev.espalier.pruner.graph;

import java.util.List;

/**
 * A place where no cut is made.
 *
 * @param node name of the node, or of the graph input or output
 * @param operator ONNX operator type, or "Input" or "Output"
 * @param reason why, in words
 * @param heldBack the initialiser axes, such as {@code fc.weight[0]}, that could be cut but for
 *     this place and others like it; the first few
 */
public record Declined(String node, String operator, String reason, List<String> heldBack) {
  public Declined {
    heldBack = List.copyOf(heldBack);
    if (operator.isEmpty() || reason.isEmpty()) {
      throw new IllegalArgumentException("declined " + node + ": operator or reason is empty");
    }
  }
}
