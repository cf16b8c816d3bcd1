package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;
import java.util.List;

/**
 * Writes updates into a copy of an array: in their place ({@code none}, the last of several wins)
 * or on top of what is there ({@code add}).
 *
 * <p>Both are made from one gather, so that the gradient comes by itself: the output reads, element
 * by element, from the data and the updates laid end to end. What is added several times is
 * gathered in as many rounds.
 */
final class ScatterRules {
  private ScatterRules() {}

  static OperatorRule elements() {
    return (node, context) -> {
      Values.arity(node, 3, 3, 1);
      boolean add = adds(node);
      long axis = node.intAttribute("axis", 0);
      return (inputs, pass) -> {
        NDArray data = inputs.get(0);
        NDArray indices = inputs.get(1);
        int along = Values.axis(node, axis, Values.rank(data));
        long[] at =
            elementPositions(
                node, Values.dims(data), Values.dims(indices), Values.longs(indices), along);
        NDArray updates = Values.reshaped(inputs.get(2), at.length, 1);
        NDArray rows = Values.reshaped(data, data.size(), 1);
        return new NDList(write(node, rows, updates, at, add).reshape(data.getShape()));
      };
    };
  }

  static OperatorRule nd() {
    return (node, context) -> {
      Values.arity(node, 3, 3, 1);
      boolean add = adds(node);
      return (inputs, pass) -> {
        NDArray data = inputs.get(0);
        FlatIndices flat = FlatIndices.of(node, Values.dims(data), inputs.get(1), 0);
        if (!inputs.get(2).getShape().equals(new Shape(flat.output()))) {
          throw Values.declined(
              node,
              "updates "
                  + inputs.get(2).getShape()
                  + " do not fit; they must be "
                  + Arrays.toString(flat.output()));
        }
        NDArray updates = Values.reshaped(inputs.get(2), flat.at().length, flat.slice());
        NDArray rows = Values.reshaped(data, flat.positions(), flat.slice());
        return new NDList(write(node, rows, updates, flat.at(), add).reshape(data.getShape()));
      };
    };
  }

  private static boolean adds(Node node) {
    String reduction = node.stringAttribute("reduction", "none");
    return switch (reduction) {
      case "none" -> false;
      case "add" -> true;
      default ->
          throw Values.declined(
              node, "reduction \"" + reduction + "\" cannot be trained; none and add can");
    };
  }

  /**
   * @param rows [positions, slice]
   * @param updates [tuples, slice]
   * @param at the position that each update is for
   */
  private static NDArray write(Node node, NDArray rows, NDArray updates, long[] at, boolean add) {
    int positions = Math.toIntExact(rows.getShape().get(0));
    if (!add) {
      long[] source = new long[positions];
      Arrays.setAll(source, i -> i);
      for (int i = 0; i < at.length; i++) {
        source[(int) at[i]] = positions + i;
      }
      return Nd.pick(Nd.concat(List.of(rows, updates), 0), 0, source);
    }
    NDArray none = updates.getManager().zeros(new Shape(1, rows.getShape().get(1)));
    NDArray parts = Nd.concat(List.of(none.toType(rows.getDataType(), false), updates), 0);
    NDArray sum = rows;
    for (int[] round : rounds(node, rows, at)) {
      long[] source = new long[positions];
      for (int i : round) {
        source[(int) at[i]] = i + 1;
      }
      sum = sum.add(Nd.pick(parts, 0, source));
    }
    return sum;
  }

  /** The updates, parted so that no position is named twice in a round. */
  private static int[][] rounds(Node node, NDArray rows, long[] at) {
    int[] times = new int[Math.toIntExact(rows.getShape().get(0))];
    int[] roundOf = new int[at.length];
    int most = 0;
    for (int i = 0; i < at.length; i++) {
      roundOf[i] = times[(int) at[i]]++;
      most = Math.max(most, roundOf[i] + 1);
    }
    ValueSizes.limit(node, most, rows.getShape().get(0), rows.getShape().get(1));
    int[] sizes = new int[most];
    for (int round : roundOf) {
      sizes[round]++;
    }
    int[][] rounds = new int[most][];
    Arrays.setAll(rounds, round -> new int[sizes[round]]);
    for (int i = at.length - 1; i >= 0; i--) {
      rounds[roundOf[i]][--sizes[roundOf[i]]] = i;
    }
    return rounds;
  }

  /** Positions in the flattened data of what each element of the indices names. */
  private static long[] elementPositions(
      Node node, long[] dims, long[] shape, long[] indices, int axis) {
    if (shape.length != dims.length) {
      throw Values.declined(
          node, "indices " + Arrays.toString(shape) + " do not fit data " + Arrays.toString(dims));
    }
    long[] at = new long[indices.length];
    for (int i = 0; i < indices.length; i++) {
      long rest = i;
      long stride = 1;
      for (int a = dims.length - 1; a >= 0; a--) {
        long index = rest % shape[a];
        rest /= shape[a];
        if (a == axis) {
          index = indices[i] < 0 ? indices[i] + dims[a] : indices[i];
        }
        if (index < 0 || index >= dims[a]) {
          throw Values.declined(
              node, "index " + index + " is outside an axis of length " + dims[a]);
        }
        at[i] += index * stride;
        stride *= dims[a];
      }
    }
    return at;
  }
}
