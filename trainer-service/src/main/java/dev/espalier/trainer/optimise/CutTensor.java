package dev.espalier.trainer.optimise;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/** Copies what stays of tensors of one shape, row-major as they lie. */
final class CutTensor {
  private final int[] dims;
  private final int[][] kept;
  private final int size;

  /** Elements from here on that lie together before and after: the axes after the last cut one. */
  private final int run;

  private final int lastCut;

  /**
   * @param dims length of each axis
   * @param axes by axis the indices that stay
   */
  CutTensor(int[] dims, Map<Integer, int[]> axes) {
    this.dims = dims;
    kept = new int[dims.length][];
    int elements = 1;
    for (int axis = 0; axis < dims.length; axis++) {
      kept[axis] = axes.getOrDefault(axis, IntStream.range(0, dims[axis]).toArray());
      elements = Math.multiplyExact(elements, kept[axis].length);
    }
    size = elements;
    lastCut = axes.keySet().stream().mapToInt(axis -> axis).max().orElse(-1);
    run = Arrays.stream(dims).skip(lastCut + 1L).reduce(1, Math::multiplyExact);
  }

  /**
   * @param values of a whole tensor
   * @throws IllegalArgumentException where they are not as many as the shape has
   */
  float[] of(float[] values) {
    int all = Arrays.stream(dims).reduce(1, Math::multiplyExact);
    if (values.length != all) {
      throw new IllegalArgumentException(
          "dims = %s: the tensor has %d elements".formatted(Arrays.toString(dims), values.length));
    }
    float[] stay = new float[size];
    copy(values, stay, 0, 0, 0);
    return stay;
  }

  /** Copies what lies under one index of the axes before; the place after it in the result. */
  private int copy(float[] from, float[] to, int axis, int index, int place) {
    if (axis > lastCut) {
      System.arraycopy(from, index * run, to, place, run);
      return place + run;
    }
    int next = place;
    for (int at : kept[axis]) {
      next = copy(from, to, axis + 1, index * dims[axis] + at, next);
    }
    return next;
  }
}
