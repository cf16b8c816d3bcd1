package dev.espalier.trainer.summary;

/**
 * A parameter tensor's name and axes.
 *
 * @param name initialiser name
 * @param dims length of each axis, each at least 0
 */
public record TensorShape(String name, int[] dims) {
  /** Number of elements. */
  public int size() {
    int size = 1;
    for (int dim : dims) {
      size = Math.multiplyExact(size, dim);
    }
    return size;
  }
}
