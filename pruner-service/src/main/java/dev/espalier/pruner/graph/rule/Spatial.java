package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;

/** Values of shape [N, C, ...], whose axes from the third on are places in space. */
final class Spatial {
  private Spatial() {}

  /** Makes the axes in space fixed: windows run over them. */
  static void fix(Axes axes, int[][] value) {
    for (int axis = 2; axis < value.length; axis++) {
      axes.fix(value[axis]);
    }
  }

  /**
   * The axes of what a node with a window makes of its input; the input's axes in space are fixed.
   */
  static int[][] made(Axes axes, Node node, int[][] x, int[] channels) {
    fix(axes, x);
    int[][] y = axes.fixed(axes.shape(node.output()));
    y[0] = x[0];
    y[1] = channels;
    return y;
  }

  /**
   * @throws ArithmeticException beyond 2^63
   */
  static long product(long[] shape, long factor) {
    long product = factor;
    for (long dim : shape) {
      product = Math.multiplyExact(product, dim);
    }
    return product;
  }
}
