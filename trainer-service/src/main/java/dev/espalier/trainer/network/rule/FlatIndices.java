package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;

/**
 * The index tuples of GatherND and ScatterND as positions in a flattened array.
 *
 * @param at one position a tuple, below {@code positions}
 * @param positions number of slices that tuples can name
 * @param slice elements of each such slice
 * @param output dims of the indexed slices together
 */
record FlatIndices(long[] at, long positions, long slice, long[] output) {
  /**
   * @param dims of the indexed array
   * @param indices [batch axes, ..., k]
   * @param batch number of axes that both have in front
   * @throws dev.espalier.onnx.OnnxException where an index lies outside
   */
  static FlatIndices of(Node node, long[] dims, NDArray indices, int batch) {
    long[] shape = Values.dims(indices);
    int k = shape.length == 0 ? 0 : Math.toIntExact(shape[shape.length - 1]);
    if (shape.length == 0 || batch < 0 || batch >= shape.length || batch + k > dims.length) {
      throw Values.declined(
          node, "indices " + Arrays.toString(shape) + " do not fit data " + Arrays.toString(dims));
    }
    long[] tuples = Values.longs(indices);
    long batches = Nd.product(dims, 0, batch);
    int count =
        k == 0 ? Math.toIntExact(Nd.product(shape, 0, shape.length - 1)) : tuples.length / k;
    long[] at = new long[count];
    for (int i = 0; i < count; i++) {
      long position = count == 0 ? 0 : i / Math.max(1, count / batches);
      for (int j = 0; j < k; j++) {
        long length = dims[batch + j];
        long index = tuples[i * k + j];
        if (index < -length || index >= length) {
          throw Values.declined(node, "index " + index + " is outside an axis of length " + length);
        }
        position = position * length + (index < 0 ? index + length : index);
      }
      at[i] = position;
    }
    long[] output = Arrays.copyOf(shape, shape.length - 1 + dims.length - batch - k);
    System.arraycopy(dims, batch + k, output, shape.length - 1, dims.length - batch - k);
    ValueSizes.limit(node, output);
    return new FlatIndices(
        at, Nd.product(dims, 0, batch + k), Nd.product(dims, batch + k, dims.length), output);
  }
}
