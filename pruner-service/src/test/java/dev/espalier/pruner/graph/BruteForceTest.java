package dev.espalier.pruner.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Interpreter;
import dev.espalier.pruner.Interpreter.Matrix;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.RandomNetworks;
import dev.espalier.pruner.Units;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The tracer against trying everything: of all sets of indices that can be sliced away so that the
 * model still runs, with the same output as the original with those slices set to zero, the
 * smallest that holds an index is its coupled unit.
 */
class BruteForceTest {
  private static final int MOST_INDICES = 13;
  private static final int BATCH = 4;

  private record Index(String tensor, int axis, int index) {
    @Override
    public String toString() {
      return tensor + "[" + axis + "]" + index;
    }
  }

  @Test
  void unitsAreTheSmallestSetsThatCanGo() {
    int graphs = 0;
    int units = 0;
    for (long seed = 0; graphs < 60; seed++) {
      OnnxModel model = RandomNetworks.tiny(seed);
      List<Index> indices = indices(model);
      if (indices.size() > MOST_INDICES || hasDeadEnds(model)) {
        continue;
      }
      graphs++;
      TreeSet<String> expected = smallestSets(model, indices, seed);
      TreeSet<String> actual = tracedSets(model);
      assertEquals(expected, actual, "seed " + seed);
      units += actual.size();
    }
    assertTrue(units > 60, units + " units");
  }

  /** What no output depends on can be cut anyhow, so that there the smallest set says nothing. */
  private static boolean hasDeadEnds(OnnxModel model) {
    String output = model.outputs().getFirst().getName();
    return model.nodes().stream()
        .map(Node::output)
        .anyMatch(value -> !value.equals(output) && model.consumers(value).isEmpty());
  }

  /** Indices of axes that are longer than 1: a group of one unit cannot be cut anyway. */
  private static List<Index> indices(OnnxModel model) {
    List<Index> indices = new ArrayList<>();
    for (Tensor tensor : model.initializers().values()) {
      for (int axis = 0; axis < tensor.dims().length; axis++) {
        for (int i = 0; i < tensor.dims()[axis] && tensor.dims()[axis] > 1; i++) {
          indices.add(new Index(tensor.name(), axis, i));
        }
      }
    }
    return indices;
  }

  private static TreeSet<String> tracedSets(OnnxModel model) {
    TreeSet<String> sets = new TreeSet<>();
    for (Group group : new Pruner().analyze(model).graph().groups()) {
      for (int u = 0; u < group.units() && group.units() > 1; u++) {
        TreeSet<String> set = new TreeSet<>();
        for (Slice slice : Units.slices(group, u)) {
          for (int i : slice.index()) {
            set.add(new Index(slice.initializer(), slice.axis(), i).toString());
          }
        }
        sets.add(set.toString());
      }
    }
    return sets;
  }

  private static TreeSet<String> smallestSets(OnnxModel model, List<Index> indices, long seed) {
    Map<String, Matrix> inputs = inputs(model, seed);
    Matrix whole = run(model, inputs, 0, indices, false).orElseThrow();
    int[] smallest = new int[indices.size()];
    for (int subset = 1; subset < 1 << indices.size(); subset++) {
      if (worthTrying(subset, smallest, indices.size())
          && valid(model, inputs, subset, indices, whole)) {
        for (int i = 0; i < indices.size(); i++) {
          boolean smaller =
              smallest[i] == 0 || Integer.bitCount(subset) < Integer.bitCount(smallest[i]);
          if ((subset >> i & 1) == 1 && smaller) {
            smallest[i] = subset;
          }
        }
      }
    }
    TreeSet<String> sets = new TreeSet<>();
    for (int subset : smallest) {
      TreeSet<String> set = new TreeSet<>();
      for (int i = 0; i < indices.size(); i++) {
        if ((subset >> i & 1) == 1) {
          set.add(indices.get(i).toString());
        }
      }
      if (!set.isEmpty()) {
        sets.add(set.toString());
      }
    }
    return sets;
  }

  private static boolean worthTrying(int subset, int[] smallest, int count) {
    for (int i = 0; i < count; i++) {
      boolean better = smallest[i] == 0 || Integer.bitCount(subset) < Integer.bitCount(smallest[i]);
      if ((subset >> i & 1) == 1 && better) {
        return true;
      }
    }
    return false;
  }

  private static boolean valid(
      OnnxModel model, Map<String, Matrix> inputs, int subset, List<Index> indices, Matrix whole) {
    Optional<Matrix> sliced = run(model, inputs, subset, indices, true);
    if (sliced.isEmpty()
        || sliced.get().rows() != whole.rows()
        || sliced.get().columns() != whole.columns()) {
      return false;
    }
    double[] zeroed = run(model, inputs, subset, indices, false).orElseThrow().data();
    for (int i = 0; i < zeroed.length; i++) {
      if (Math.abs(zeroed[i] - sliced.get().data()[i]) > 1e-9) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, Matrix> inputs(OnnxModel model, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Matrix> inputs = new HashMap<>();
    model
        .inputs()
        .forEach(
            input -> {
              int width = (int) input.getType().getTensorType().getShape().getDim(1).getDimValue();
              double[] data = random.doubles(BATCH * width, -2, 2).toArray();
              inputs.put(input.getName(), new Matrix(BATCH, width, data));
            });
    return inputs;
  }

  /** Runs the model with the subset's slices removed, or else set to zero. */
  private static Optional<Matrix> run(
      OnnxModel model, Map<String, Matrix> inputs, int subset, List<Index> indices, boolean slice) {
    Map<String, Matrix> values = new HashMap<>(inputs);
    for (Tensor tensor : model.initializers().values()) {
      int[] dims = tensor.dims();
      boolean[][] gone = {
        new boolean[dims.length == 2 ? dims[0] : 1],
        new boolean[dims.length == 0 ? 1 : dims[dims.length - 1]]
      };
      for (int i = 0; i < indices.size(); i++) {
        Index index = indices.get(i);
        if ((subset >> i & 1) == 1 && index.tensor.equals(tensor.name())) {
          gone[dims.length == 2 ? index.axis : 1][index.index] = true;
        }
      }
      Matrix matrix = matrix(tensor.floats(), gone, slice);
      if (matrix.data().length == 0) {
        return Optional.empty();
      }
      values.put(tensor.name(), matrix);
    }
    return Interpreter.run(model, values);
  }

  private static Matrix matrix(float[] data, boolean[][] gone, boolean slice) {
    int rows = 0;
    List<Double> kept = new ArrayList<>();
    for (int r = 0; r < gone[0].length; r++) {
      if (slice && gone[0][r]) {
        continue;
      }
      rows++;
      for (int c = 0; c < gone[1].length; c++) {
        if (!slice || !gone[1][c]) {
          boolean zero = gone[0][r] || gone[1][c];
          kept.add(zero ? 0.0 : data[r * gone[1].length + c]);
        }
      }
    }
    double[] elements = kept.stream().mapToDouble(Double::doubleValue).toArray();
    return new Matrix(rows, rows == 0 ? 0 : elements.length / rows, elements);
  }
}
