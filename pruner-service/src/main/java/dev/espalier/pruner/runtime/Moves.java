package dev.espalier.pruner.runtime;

import dev.espalier.onnx.Node;
import java.util.Arrays;
import java.util.List;

/** Operators that only move the elements of small tensors. */
final class Moves {
  private Moves() {}

  /** Number of elements; an ArithmeticException where that is more than a small tensor may have. */
  static int size(int[] dims) {
    long size = 1;
    for (int dim : dims) {
      size = Math.multiplyExact(size, (long) dim);
      if (dim < 0 || size > Evaluator.MOST_ELEMENTS) {
        throw new ArithmeticException("dims " + Arrays.toString(dims));
      }
    }
    return (int) size;
  }

  static int[] broadcast(int[] a, int[] b) {
    int[] dims = new int[Math.max(a.length, b.length)];
    for (int i = 1; i <= dims.length; i++) {
      int left = i <= a.length ? a[a.length - i] : 1;
      int right = i <= b.length ? b[b.length - i] : 1;
      if (left != right && left != 1 && right != 1) {
        throw new ArithmeticException("dims do not broadcast");
      }
      dims[dims.length - i] = left == 1 ? right : left;
    }
    return dims;
  }

  static Content expandTo(Content in, int[] dims) {
    if (Arrays.equals(in.dims(), dims)) {
      return in;
    }
    int count = size(dims);
    int[] strides = new int[dims.length];
    int stride = 1;
    for (int i = 1; i <= in.dims().length; i++) {
      int dim = in.dims()[in.dims().length - i];
      strides[dims.length - i] = dim == 1 ? 0 : stride;
      stride *= dim;
    }
    return walk(in, dims, strides, 0, count);
  }

  /** The elements that strides through the input visit, the last axis fastest. */
  private static Content walk(Content in, int[] dims, int[] strides, int first, int count) {
    int[] places = new int[count];
    int[] index = new int[dims.length];
    int place = first;
    for (int i = 0; i < count; i++) {
      places[i] = place;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        place += strides[axis];
        if (++index[axis] < dims[axis]) {
          break;
        }
        place -= strides[axis] * dims[axis];
        index[axis] = 0;
      }
    }
    return in.pick(places, dims);
  }

  static Content expand(Content in, Content shape) {
    int[] target = Arrays.stream(shape.indices()).mapToInt(Math::toIntExact).toArray();
    return expandTo(in, broadcast(in.dims(), target));
  }

  static Content transpose(Content in, long[] perm) {
    int rank = in.dims().length;
    int[] strides = strides(in.dims());
    int[] dims = new int[rank];
    int[] moved = new int[rank];
    for (int i = 0; i < rank; i++) {
      int from = perm.length == 0 ? rank - 1 - i : (int) perm[i];
      dims[i] = in.dims()[from];
      moved[i] = strides[from];
    }
    return walk(in, dims, moved, 0, in.size());
  }

  private static int[] strides(int[] dims) {
    int[] strides = new int[dims.length];
    int stride = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dims[i];
    }
    return strides;
  }

  static Content concat(List<Content> in, long at) {
    Content first = in.get(0);
    int axis = axis(at, first.dims().length);
    int[] dims = first.dims().clone();
    dims[axis] = 0;
    int total = 0;
    for (Content part : in) {
      if (part.type() != first.type() || part.dims().length != dims.length) {
        return null;
      }
      dims[axis] += part.dims()[axis];
      total += part.size();
    }
    if (total != size(dims)) {
      return null;
    }
    long[] longs = first.longs() == null ? null : new long[total];
    double[] reals = first.longs() == null ? new double[total] : null;
    int outer = 1;
    for (int i = 0; i < axis; i++) {
      outer *= dims[i];
    }
    int to = 0;
    for (int o = 0; o < outer; o++) {
      for (Content part : in) {
        int run = part.size() / outer;
        Object source = longs != null ? part.longs() : part.reals();
        System.arraycopy(source, o * run, longs != null ? longs : reals, to, run);
        to += run;
      }
    }
    return new Content(first.type(), dims, longs, reals);
  }

  static Content gather(Content in, Content indices, long at) {
    int axis = axis(at, in.dims().length);
    int length = in.dims()[axis];
    int inner = 1;
    int[] dims = new int[in.dims().length - 1 + indices.dims().length];
    for (int i = 0; i < dims.length; i++) {
      int fromIndices = i - axis;
      dims[i] =
          fromIndices < 0
              ? in.dims()[i]
              : fromIndices < indices.dims().length
                  ? indices.dims()[fromIndices]
                  : in.dims()[i - indices.dims().length + 1];
    }
    for (int i = axis + 1; i < in.dims().length; i++) {
      inner *= in.dims()[i];
    }
    int[] places = new int[size(dims)];
    int picked = indices.size();
    for (int i = 0; i < places.length; i++) {
      long index = indices.indices()[i / inner % picked];
      int from = (int) (index < 0 ? index + length : index);
      if (from < 0 || from >= length) {
        throw new IndexOutOfBoundsException(from);
      }
      places[i] = (i / inner / picked * length + from) * inner + i % inner;
    }
    return in.pick(places, dims);
  }

  static Content slice(Node node, List<Content> in) {
    Content data = in.get(0);
    boolean attributes = in.size() == 1;
    long[] starts = attributes ? node.intsAttribute("starts") : in.get(1).indices();
    long[] ends = attributes ? node.intsAttribute("ends") : in.get(2).indices();
    long[] axes = attributes ? node.intsAttribute("axes") : optional(in, 3);
    long[] steps = attributes ? null : optional(in, 4);
    int[] dims = data.dims().clone();
    int[] strides = strides(dims);
    int first = 0;
    for (int i = 0; i < starts.length; i++) {
      int axis = axes == null || axes.length == 0 ? i : axis(axes[i], dims.length);
      long step = steps == null ? 1 : Math.clamp(steps[i], -Integer.MAX_VALUE, Integer.MAX_VALUE);
      int length = data.dims()[axis];
      long start = bound(starts[i], length, step, 0);
      boolean open = ends[i] == Long.MAX_VALUE || ends[i] == Integer.MAX_VALUE;
      long end = open && step < 0 ? -1 : bound(ends[i], length, step, -1);
      dims[axis] = (int) Math.max(0, -Math.floorDiv(start - end, step));
      first += (int) start * strides[axis];
      strides[axis] = dims[axis] < 2 ? 0 : strides[axis] * (int) step;
    }
    return walk(data, dims, strides, first, size(dims));
  }

  private static long[] optional(List<Content> in, int position) {
    return in.size() > position && in.get(position) != null ? in.get(position).indices() : null;
  }

  /** A bound, brought into the axis; backwards the last step may end before it. */
  private static long bound(long at, int length, long step, int before) {
    long from = at < 0 ? at + length : at;
    return step > 0 || length == 0
        ? Math.clamp(from, 0, length)
        : Math.clamp(from, before, length - 1);
  }

  static Content unsqueeze(Content in, long[] axes) {
    if (axes == null) {
      return null;
    }
    int[] dims = new int[in.dims().length + axes.length];
    for (long axis : axes) {
      dims[axis(axis, dims.length)] = -1;
    }
    int from = 0;
    for (int i = 0; i < dims.length; i++) {
      dims[i] = dims[i] < 0 ? 1 : in.dims()[from++];
    }
    return in.reshaped(dims);
  }

  static Content squeeze(Content in, long[] axes) {
    boolean[] gone = new boolean[in.dims().length];
    for (int i = 0; i < gone.length; i++) {
      gone[i] = axes == null && in.dims()[i] == 1;
    }
    for (long axis : axes == null ? new long[0] : axes) {
      gone[axis(axis, gone.length)] = true;
    }
    int[] dims = new int[gone.length];
    int rank = 0;
    for (int i = 0; i < gone.length; i++) {
      if (!gone[i]) {
        dims[rank++] = in.dims()[i];
      } else if (in.dims()[i] != 1) {
        return null;
      }
    }
    return in.reshaped(Arrays.copyOf(dims, rank));
  }

  static Content reshape(Content in, Content target) {
    int[] dims = new int[target.size()];
    int rest = -1;
    long known = 1;
    for (int i = 0; i < dims.length; i++) {
      long dim = target.indices()[i];
      dims[i] = dim == 0 ? in.dims()[i] : Math.toIntExact(dim);
      if (dim == -1) {
        rest = i;
      } else {
        known *= dims[i];
      }
    }
    if (rest >= 0) {
      dims[rest] = (int) (in.size() / known);
    }
    return size(dims) == in.size() ? in.reshaped(dims) : null;
  }

  private static int axis(long axis, int rank) {
    return Math.toIntExact(axis < 0 ? axis + rank : axis);
  }
}
