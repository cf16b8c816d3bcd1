package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;

/**
 * An array whose axes have labels, each label once.
 *
 * @param labels one character an axis
 */
record Labelled(NDArray array, String labels) {
  /** Takes the diagonal where a label stands several times. */
  static Labelled of(Node node, NDArray x, String labels) {
    NDArray array = x;
    String left = labels;
    int first = repeated(left);
    while (first >= 0) {
      char label = left.charAt(first);
      int again = left.indexOf(label, first + 1);
      if (array.getShape().get(first) != array.getShape().get(again)) {
        throw Values.declined(node, "axes with label " + label + " differ in " + x.getShape());
      }
      array = array.diagonal(0, first, again);
      left =
          new StringBuilder(left).deleteCharAt(again).deleteCharAt(first).append(label).toString();
      first = repeated(left);
    }
    return new Labelled(array, left);
  }

  private static int repeated(String labels) {
    for (int i = 0; i < labels.length(); i++) {
      if (labels.indexOf(labels.charAt(i), i + 1) > 0) {
        return i;
      }
    }
    return -1;
  }

  /** Sums over the axes whose labels are not among those given. */
  Labelled sum(String needed) {
    StringBuilder left = new StringBuilder();
    int[] gone = new int[labels.length()];
    int count = 0;
    for (int i = 0; i < labels.length(); i++) {
      if (needed.indexOf(labels.charAt(i)) < 0) {
        gone[count++] = i;
      } else {
        left.append(labels.charAt(i));
      }
    }
    return count == 0
        ? this
        : new Labelled(array.sum(Arrays.copyOf(gone, count), false), left.toString());
  }

  /**
   * The product with another array, summed over the labels that both have and nothing needs, as a
   * stack of matrix products.
   */
  Labelled times(Node node, Labelled other, String needed) {
    Labelled right = other.sum(needed + labels);
    StringBuilder both = new StringBuilder();
    StringBuilder summed = new StringBuilder();
    StringBuilder left = new StringBuilder();
    for (char label : labels.toCharArray()) {
      boolean shared = right.labels.indexOf(label) >= 0;
      (!shared ? left : needed.indexOf(label) < 0 ? summed : both).append(label);
    }
    StringBuilder rest = new StringBuilder();
    for (char label : right.labels.toCharArray()) {
      if (labels.indexOf(label) < 0) {
        rest.append(label);
      }
    }
    String shared = both.toString() + summed;
    long[] common = common(node, right, shared);
    int stacked = both.length();
    NDArray a = matrix(node, shared, left.toString(), common, stacked).swapAxes(1, 2);
    NDArray b = right.matrix(node, shared, rest.toString(), common, stacked);
    long[] dims = new long[stacked + left.length() + rest.length()];
    for (int i = 0; i < dims.length; i++) {
      int j = i - stacked;
      dims[i] =
          j < 0
              ? common[i]
              : j < left.length()
                  ? length(left.charAt(j))
                  : right.length(rest.charAt(j - left.length()));
    }
    ValueSizes.limit(node, dims);
    return new Labelled(Values.reshaped(a.matMul(b), dims), both.toString() + left + rest);
  }

  /**
   * The array with its axes in the order of the labels; a label it lacks is an axis of length 1.
   */
  NDArray ordered(String order) {
    int[] axes = new int[labels.length()];
    long[] dims = new long[order.length()];
    int count = 0;
    for (int i = 0; i < order.length(); i++) {
      int axis = labels.indexOf(order.charAt(i));
      dims[i] = axis < 0 ? 1 : array.getShape().get(axis);
      if (axis >= 0) {
        axes[count++] = axis;
      }
    }
    return Values.reshaped(count == 0 ? array : array.transpose(axes), dims);
  }

  private long length(char label) {
    return array.getShape().get(labels.indexOf(label));
  }

  private long[] common(Node node, Labelled right, String shared) {
    long[] common = new long[shared.length()];
    for (int i = 0; i < common.length; i++) {
      long mine = length(shared.charAt(i));
      long its = right.length(shared.charAt(i));
      if (mine != its && mine != 1 && its != 1) {
        throw Values.declined(
            node, "axes with label " + shared.charAt(i) + " are " + mine + " and " + its + " long");
      }
      common[i] = mine == 1 ? its : mine;
    }
    return common;
  }

  /** [stacked axes, summed axes, own axes], each flattened. */
  private NDArray matrix(Node node, String shared, String own, long[] common, int stacked) {
    NDArray array = ordered(shared + own);
    long[] dims = Values.dims(array).clone();
    System.arraycopy(common, 0, dims, 0, common.length);
    long[] flat = {1, 1, 1};
    for (int i = 0; i < dims.length; i++) {
      flat[i < stacked ? 0 : i < common.length ? 1 : 2] *= dims[i];
    }
    ValueSizes.limit(node, flat);
    return Values.reshaped(array.broadcast(new Shape(dims)), flat);
  }
}
