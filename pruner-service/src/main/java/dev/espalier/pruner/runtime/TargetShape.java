package dev.espalier.pruner.runtime;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Prepared;
import dev.espalier.pruner.runtime.Propagation.Known;
import java.util.Arrays;
import java.util.Optional;

/**
 * Says of free axes what the target of a reshape can say by 0, an axis of the input's length, and
 * by -1, and the target of an expansion by 1, an axis of the input's length again.
 */
final class TargetShape {
  private TargetShape() {}

  /**
   * @param entries the target, {@link Prepared#VARYING} where an entry depends on a free axis
   * @param first the evaluation that {@code entries} are of
   * @param second one with longer free axes
   * @param distinct whether axes of the same length in both evaluations are the same axis
   * @return a target without varying entries that does the same, if there is one
   */
  static Optional<long[]> literal(
      Node node, long[] entries, Known first, Known second, boolean distinct) {
    boolean reshape = node.operator().equals("Reshape") && node.intAttribute("allowzero", 0) == 0;
    long[] before = first.shapes().get(node.inputs().getFirst());
    long[] after = second.shapes().get(node.inputs().getFirst());
    if (!reshape && !node.operator().equals("Expand") || before == null || after == null) {
      return Optional.empty();
    }
    long[] firstTarget = first.contents().get(node.inputs().get(1)).longs();
    long[] secondTarget = second.contents().get(node.inputs().get(1)).longs();
    int shift = reshape ? 0 : entries.length - before.length;
    long[] literal = entries.clone();
    int open = -1;
    for (int i = 0; i < literal.length; i++) {
      int axis = i - shift;
      if (literal[i] != Prepared.VARYING) {
        continue;
      }
      if (distinct
          && axis >= 0
          && axis < before.length
          && before[axis] == firstTarget[i]
          && after[axis] == secondTarget[i]) {
        literal[i] = reshape ? 0 : 1;
      } else if (open >= 0) {
        return Optional.empty();
      } else {
        open = i;
      }
    }
    if (open >= 0) {
      boolean spare = reshape && Arrays.stream(entries).noneMatch(entry -> entry == -1);
      if (!spare || empty(first.shapes().get(node.output()))) {
        return Optional.empty();
      }
      literal[open] = -1;
    }
    return Optional.of(literal);
  }

  /** True where a length of 0 makes a target of -1 ambiguous. */
  private static boolean empty(long[] shape) {
    if (shape == null) {
      return true;
    }
    for (long dim : shape) {
      if (dim == 0) {
        return true;
      }
    }
    return false;
  }
}
