package dev.espalier.pruner.plan;

import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Slice;
import dev.espalier.pruner.graph.Traced;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Norms of a unit's own weights and biases; an element that two of its slices share counts once.
 */
public enum WeightScore implements ChannelScore {
  /** Sum of |w|. */
  L1,
  /** Root of the sum of w^2. */
  L2;

  private static final int READ = 1 << 16;

  @Override
  public double[] scores(Traced traced, int position) {
    OnnxModel model = traced.model();
    Group group = traced.graph().groups().get(position);
    Map<String, List<Slice>> byTensor = new LinkedHashMap<>();
    for (Slice slice : group.slices()) {
      byTensor.computeIfAbsent(slice.initializer(), name -> new ArrayList<>()).add(slice);
    }
    double[] scores = new double[group.units()];
    byTensor.forEach(
        (name, slices) -> {
          Tensor tensor = model.initializers().get(name);
          if (tensor.isFloatingPoint()) {
            add(tensor, slices, scores);
          }
        });
    for (int unit = 0; unit < scores.length; unit++) {
      if (this == L2) {
        scores[unit] = Math.sqrt(scores[unit]);
      }
      if (!Double.isFinite(scores[unit])) {
        throw new OnnxException(
            "group \"" + group.id() + "\"", "unit " + unit + " has weights that are not finite");
      }
    }
    return scores;
  }

  private void add(Tensor tensor, List<Slice> slices, double[] scores) {
    int[] dims = tensor.dims();
    int[][] owner = new int[dims.length][];
    for (Slice slice : slices) {
      int each = slice.index().length / scores.length;
      int[] unitAt = new int[dims[slice.axis()]];
      Arrays.fill(unitAt, -1);
      for (int i = 0; i < slice.index().length; i++) {
        unitAt[slice.index()[i]] = i / each;
      }
      owner[slice.axis()] = unitAt;
    }
    for (int axis = 0; axis < dims.length; axis++) {
      if (owner[axis] != null) {
        addAxis(tensor, axis, owner, scores);
      }
    }
  }

  /**
   * Reads a few blocks at a time; a block is what lies at one index of the axis, one after other.
   */
  private void addAxis(Tensor tensor, int axis, int[][] owner, double[] scores) {
    int[] dims = tensor.dims();
    int inner = 1;
    for (int a = axis + 1; a < dims.length; a++) {
      inner *= dims[a];
    }
    boolean first = true;
    for (int a = 0; a < axis; a++) {
      first &= owner[a] == null;
    }
    int blocks = inner == 0 ? 0 : (int) (tensor.size() / inner);
    int atOnce = Math.min(blocks, Math.max(1, READ / Math.max(1, inner)));
    float[] values = new float[atOnce * inner];
    for (int from = 0; from < blocks; from += atOnce) {
      int to = Math.min(blocks, from + atOnce);
      tensor.floats(from * inner, values, (to - from) * inner);
      for (int block = from; block < to; block++) {
        int unit = owner[axis][block % dims[axis]];
        if (unit >= 0) {
          int start = (block - from) * inner;
          scores[unit] +=
              first
                  ? sum(values, start, inner)
                  : sumOfNew(values, start, block * inner, inner, dims, axis, owner, unit);
        }
      }
    }
  }

  private double sum(float[] values, int start, int count) {
    double sum = 0;
    for (int i = start; i < start + count; i++) {
      sum += this == L1 ? Math.abs(values[i]) : (double) values[i] * values[i];
    }
    return sum;
  }

  /** The sum of what the same unit does not own on an axis before. */
  private double sumOfNew(
      float[] values, int start, int at, int count, int[] dims, int axis, int[][] owner, int unit) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      if (!ownedBefore(at + i, dims, axis, owner, unit)) {
        sum += sum(values, start + i, 1);
      }
    }
    return sum;
  }

  private static boolean ownedBefore(int at, int[] dims, int axis, int[][] owner, int unit) {
    int rest = at;
    for (int a = dims.length - 1; a >= 0; a--) {
      int index = rest % dims[a];
      rest /= dims[a];
      if (a < axis && owner[a] != null && owner[a][index] == unit) {
        return true;
      }
    }
    return false;
  }
}
