package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Prepared;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** Which axes a node means, counted from the front. */
final class Axis {
  private Axis() {}

  /**
   * @param axis from 0, or from -1 backwards
   * @throws IndexOutOfBoundsException where there is no such axis
   */
  static int of(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new IndexOutOfBoundsException("axis " + axis + " of " + rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  static int[] of(long[] axes, int rank) {
    return Arrays.stream(axes).mapToInt(axis -> of(axis, rank)).toArray();
  }

  static int[] all(int rank) {
    return IntStream.range(0, rank).toArray();
  }

  /**
   * What an attribute says in older operator sets, an input in newer ones.
   *
   * @param input its position; omitted, the attribute stands
   * @return the integers, none where neither is given; empty where they are computed
   */
  static Optional<long[]> integers(Node node, String attribute, int input, Axes axes) {
    return node.input(input).isEmpty()
        ? Optional.of(node.intsAttribute(attribute))
        : axes.ints(node.inputs().get(input))
            .filter(known -> Arrays.stream(known).noneMatch(i -> i == Prepared.VARYING));
  }

  /**
   * The axis of a vector.
   *
   * @throws IllegalArgumentException where the value has not one axis; ONNX Runtime may not look,
   *     and read the first of its elements
   */
  static int[] only(Axes axes, String value) {
    int[][] all = axes.of(value);
    if (all.length != 1) {
      throw new IllegalArgumentException("\"" + value + "\" has " + all.length + " axes, not 1");
    }
    return all[0];
  }
}
