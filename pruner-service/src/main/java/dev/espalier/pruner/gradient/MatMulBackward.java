package dev.espalier.pruner.gradient;

import dev.espalier.onnx.Node;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/** numpy's matmul: {@code dA = dY B^T}, {@code dB = A^T dY}, summed over what was broadcast. */
final class MatMulBackward implements BackwardRule {
  @Override
  public Set<String> operators() {
    return Set.of("MatMul");
  }

  @Override
  public void backward(Node node, Tape tape) {
    Emitter emit = tape.emit();
    String a = node.inputs().get(0);
    String b = node.inputs().get(1);
    long[] shapeA = tape.rank(a) > 1 ? tape.shape(a) : new long[] {1, tape.shape(a)[0]};
    long[] shapeB = tape.rank(b) > 1 ? tape.shape(b) : new long[] {tape.shape(b)[0], 1};
    long[] full = product(shapeA, shapeB);
    String dy = tape.gradient(node);
    if (!Arrays.equals(full, tape.shape(node.output()))) {
      dy = emit.reshape(dy, full);
    }
    if (tape.wants(a)) {
      String right = tape.rank(b) > 1 ? b : emit.reshape(b, shapeB);
      long[] flipped = flipped(shapeB);
      String gradient = emit.node("MatMul", dy, transposed(emit, right, flipped.length));
      give(tape, a, gradient, product(full, flipped), shapeA);
    }
    if (tape.wants(b)) {
      String left = tape.rank(a) > 1 ? a : emit.reshape(a, shapeA);
      long[] flipped = flipped(shapeA);
      String gradient = emit.node("MatMul", transposed(emit, left, flipped.length), dy);
      give(tape, b, gradient, product(flipped, full), shapeB);
    }
  }

  private static void give(Tape tape, String x, String gradient, long[] from, long[] matrix) {
    String summed = tape.emit().sumTo(gradient, from, matrix);
    long[] shape = tape.shape(x);
    tape.give(x, Arrays.equals(shape, matrix) ? summed : tape.emit().reshape(summed, shape));
  }

  private static String transposed(Emitter emit, String x, int rank) {
    int[] order = IntStream.range(0, rank).toArray();
    order[rank - 2] = rank - 1;
    order[rank - 1] = rank - 2;
    return emit.transpose(x, order);
  }

  private static long[] flipped(long[] shape) {
    long[] flipped = shape.clone();
    flipped[shape.length - 2] = shape[shape.length - 1];
    flipped[shape.length - 1] = shape[shape.length - 2];
    return flipped;
  }

  private static long[] product(long[] a, long[] b) {
    int rank = Math.max(a.length, b.length);
    long[] product = new long[rank];
    for (int axis = 0; axis < rank - 2; axis++) {
      int inA = axis - (rank - a.length);
      int inB = axis - (rank - b.length);
      product[axis] = Math.max(inA < 0 ? 1 : a[inA], inB < 0 ? 1 : b[inB]);
    }
    product[rank - 2] = a[a.length - 2];
    product[rank - 1] = b[b.length - 1];
    return product;
  }
}
