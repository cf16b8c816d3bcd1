package dev.espalier.pruner.runtime;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.pruner.runtime.Wave.Kind;
import java.util.Map;
import java.util.Set;

/**
 * Refuses axes of negative length. ONNX Runtime infers them without a word, and ends the whole
 * process where it infers a slice of one; so none may come before a slice.
 */
final class Lengths {
  /** Operators whose lengths are known where those of their inputs are: -1 is a length then. */
  private static final Set<String> SURE =
      Set.of("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "Pad", "Tile");

  private Lengths() {}

  /**
   * @param kinds what is known of values, those that the node makes too
   * @param contents the integers among them that are known
   * @throws OnnxException where an axis has a negative length; names the node
   */
  static void check(Node node, Map<String, Kind> kinds, Map<String, Content> contents) {
    for (String output : node.outputs()) {
      Kind kind = kinds.get(output);
      if (kind == null || kind.shape() == null) {
        continue;
      }
      for (long length : kind.shape()) {
        if (length < -1 || (length == -1 && sure(node, kinds, contents))) {
          throw new OnnxException(
              "node \"%s\" (%s)".formatted(node.name(), node.operator()),
              "makes \"" + output + "\" with an axis of length " + length);
        }
      }
    }
  }

  private static boolean sure(Node node, Map<String, Kind> kinds, Map<String, Content> contents) {
    boolean sizesAreInputs = node.operator().equals("Pad") || node.operator().equals("Tile");
    for (int i = 0; i < node.inputs().size(); i++) {
      String input = node.inputs().get(i);
      Kind kind = kinds.get(input);
      boolean known = input.isEmpty() || (kind != null && kind.concrete());
      if (!known || (i == 1 && sizesAreInputs && !contents.containsKey(input))) {
        return false;
      }
    }
    return SURE.contains(node.operator());
  }
}
