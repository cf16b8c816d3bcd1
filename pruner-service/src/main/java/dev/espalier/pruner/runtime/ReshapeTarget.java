package dev.espalier.pruner.runtime;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Prepared;
import java.util.Optional;

/** Says by 0 and -1 what a reshape's target says of free axes. */
final class ReshapeTarget {
  private ReshapeTarget() {}

  /**
   * @param entries the target, {@link Prepared#VARYING} where an entry depends on a free axis
   * @param first the evaluation that {@code entries} are of
   * @param second one with longer free axes
   * @param distinct whether axes of the same length in both evaluations are the same axis
   * @return a target without varying entries that does the same, if there is one
   */
  static Optional<long[]> literal(
      Node node,
      long[] entries,
      Propagation.Known first,
      Propagation.Known second,
      boolean distinct) {
    long[] before = first.shapes().get(node.inputs().getFirst());
    long[] after = second.shapes().get(node.inputs().getFirst());
    if (!node.operator().equals("Reshape")
        || node.intAttribute("allowzero", 0) != 0
        || before == null
        || after == null) {
      return Optional.empty();
    }
    long[] firstTarget = first.contents().get(node.inputs().get(1)).longs();
    long[] secondTarget = second.contents().get(node.inputs().get(1)).longs();
    long[] literal = entries.clone();
    int open = -1;
    boolean spare = true;
    for (int i = 0; i < literal.length; i++) {
      spare &= entries[i] != -1;
      if (literal[i] != Prepared.VARYING) {
        continue;
      }
      if (distinct
          && i < before.length
          && before[i] == firstTarget[i]
          && after[i] == secondTarget[i]) {
        literal[i] = 0;
      } else if (open >= 0) {
        return Optional.empty();
      } else {
        open = i;
      }
    }
    if (open >= 0) {
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
