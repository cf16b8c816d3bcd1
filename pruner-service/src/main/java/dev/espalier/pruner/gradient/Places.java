package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;

/** Writes where elements of an axis came from as a matrix of ones and zeros. */
final class Places {
  /** Most elements of such a matrix. */
  private static final long MOST = 1 << 24;

  private Places() {}

  /**
   * @param index for each of m elements, where it lies on the axis
   * @param length n of the axis
   * @return the name of a constant of shape [m, n]
   */
  static String matrix(Node node, Tape tape, long[] index, long length) {
    if (index.length * length > MOST) {
      throw Tape.refuse(node, "too many places for its gradient: " + index.length * length);
    }
    double[] matrix = new double[(int) (index.length * length)];
    for (int i = 0; i < index.length; i++) {
      matrix[(int) (i * length + index[i])] = 1;
    }
    int[] dims = {index.length, (int) length};
    return tape.emit().tensor(tape.type(node.output()), dims, matrix);
  }
}
