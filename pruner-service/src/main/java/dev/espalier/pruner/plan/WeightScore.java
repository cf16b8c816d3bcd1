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
    float[] values = tensor.floats();
    for (int axis = 0; axis < dims.length; axis++) {
      if (owner[axis] != null) {
        addAxis(values, dims, axis, owner, scores);
      }
    }
  }

  private void addAxis(float[] values, int[] dims, int axis, int[][] owner, double[] scores) {
    int inner = 1;
    for (int a = axis + 1; a < dims.length; a++) {
      inner *= dims[a];
    }
    boolean first = true;
    for (int a = 0; a < axis; a++) {
      first &= owner[a] == null;
    }
    for (int block = 0; block * inner < values.length; block++) {
      int unit = owner[axis][block % dims[axis]];
      if (unit < 0) {
        continue;
      }
      double sum = 0;
      for (int at = block * inner; at < (block + 1) * inner; at++) {
        if (first || !ownedBefore(at, dims, axis, owner, unit)) {
          sum += this == L1 ? Math.abs(values[at]) : (double) values[at] * values[at];
        }
      }
      scores[unit] += sum;
    }
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
