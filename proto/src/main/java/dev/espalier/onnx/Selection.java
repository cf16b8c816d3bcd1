package dev.espalier.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;

/**
 * Copies what lies at some indices of a tensor's axes, row by row: a row is what lies at one index
 * of every axis before the last that is selected from. What is large lies outside the heap, where
 * an engine can use it as it is.
 */
final class Selection {
  /** Fewest bytes that are worth a place outside the heap. */
  private static final int OUTSIDE = 1024;

  /** Bytes at one index that are copied by themselves rather than with their row. */
  private static final int LONG = 1024;

  private final Tensor tensor;
  private final Map<Integer, int[]> kept;
  private final int last;
  private final int[] dims;
  private final int inner;

  Selection(Tensor tensor, Map<Integer, int[]> kept) {
    this.tensor = tensor;
    this.kept = kept;
    dims = tensor.dims().clone();
    kept.forEach(
        (axis, indices) -> {
          for (int index : indices) {
            Objects.checkIndex(index, tensor.dims()[axis]);
          }
          dims[axis] = indices.length;
        });
    last = Collections.max(kept.keySet());
    inner =
        Math.toIntExact(
            Tensor.product(last + 1, dims.length, dims) * Math.max(1, tensor.type().bytes()));
  }

  Tensor tensor() {
    return new Tensor(tensor.name(), tensor.type(), dims, bytes());
  }

  private ByteString bytes() {
    int size = Math.toIntExact(Tensor.product(0, dims.length, dims) * tensor.type().bytes());
    if (size == 0) {
      return ByteString.EMPTY;
    }
    ByteBuffer source = tensor.littleEndian();
    ByteBuffer target =
        size < OUTSIDE ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
    if (inner < LONG) {
      copyRows(source, target);
    } else {
      copyRuns(source, target);
    }
    return UnsafeByteOperations.unsafeWrap(target.flip());
  }

  /** Many short reads from outside the heap are slow: a row comes over whole. */
  private void copyRows(ByteBuffer source, ByteBuffer target) {
    byte[] row = new byte[tensor.dims()[last] * inner];
    byte[] smaller = new byte[dims[last] * inner];
    int[] at = new int[last];
    do {
      source.get(row(at) * row.length, row);
      runs((from, to, length) -> System.arraycopy(row, from, smaller, to, length));
      target.put(smaller);
    } while (next(at));
  }

  private void copyRuns(ByteBuffer source, ByteBuffer target) {
    int row = tensor.dims()[last] * inner;
    int[] at = new int[last];
    do {
      int start = row(at) * row;
      runs((from, to, length) -> target.put(source.slice(start + from, length)));
    } while (next(at));
  }

  /** The number of the source's row at a position among those that are kept. */
  private int row(int[] at) {
    int row = 0;
    for (int axis = 0; axis < last; axis++) {
      int[] indices = kept.get(axis);
      row = row * tensor.dims()[axis] + (indices == null ? at[axis] : indices[at[axis]]);
    }
    return row;
  }

  private boolean next(int[] at) {
    for (int axis = last - 1; axis >= 0; axis--) {
      if (++at[axis] < dims[axis]) {
        return true;
      }
      at[axis] = 0;
    }
    return false;
  }

  private interface Copy {
    void copy(int from, int to, int length);
  }

  /** Copies the kept indices of a row, neighbours together. */
  private void runs(Copy copy) {
    int[] indices = kept.get(last);
    int to = 0;
    for (int from = 0; from < indices.length; ) {
      int end = from + 1;
      while (end < indices.length && indices[end] == indices[end - 1] + 1) {
        end++;
      }
      int length = inner * (end - from);
      copy.copy(indices[from] * inner, to, length);
      to += length;
      from = end;
    }
  }
}
