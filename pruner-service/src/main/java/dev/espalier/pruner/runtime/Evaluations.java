package dev.espalier.pruner.runtime;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Prepared;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a model's shape arithmetic computes, and what of it depends on the lengths of free axes.
 *
 * @param first with the lengths that shapes are asked for
 * @param second with longer free axes; the first again where the model has none; null where it has
 *     some, but works with no other lengths that were tried: then nothing is said of what it
 *     computes
 * @param distinct whether axes that are as long as each other in both evaluations are the same
 */
record Evaluations(Propagation.Known first, Propagation.Known second, boolean distinct) {
  /**
   * The elements of an integer value, {@link Prepared#VARYING} where they depend on a free axis.
   *
   * @return empty where even their number does, or nothing is known
   */
  Optional<long[]> entries(String value) {
    Content before = first.contents().get(value);
    Content after = second == null ? null : second.contents().get(value);
    if (before == null
        || after == null
        || before.type() != after.type()
        || !Arrays.equals(before.dims(), after.dims())) {
      return Optional.empty();
    }
    long[] entries = before.longs().clone();
    for (int i = 0; i < entries.length; i++) {
      entries[i] = entries[i] == after.longs()[i] ? entries[i] : Prepared.VARYING;
    }
    return Optional.of(entries);
  }

  /** True for a value that no free axis changes. */
  boolean constant(String value) {
    Content before = first.contents().get(value);
    Content after = second == null ? null : second.contents().get(value);
    return before != null && after != null && before.sameAs(after);
  }

  /** A target without varying entries by which a node does the same, if there is one. */
  Optional<long[]> target(Node node, long[] entries) {
    return TargetShape.literal(node, entries, first, second, distinct);
  }
}
