package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Units;
import dev.espalier.pruner.cut.Cut;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Slice;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.runtime.Weights;
import dev.espalier.pruner.verify.Trials;
import dev.espalier.pruner.verify.Verification;
import dev.espalier.pruner.verify.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The tracer against trying everything, on tiny graphs that move axes about. Every unit can go, on
 * its own and equal to the network with it set to zero, and no smaller part of it can. Nothing that
 * can go is missed: every index of such a set is in a unit, but where an axis is a product and
 * either factor could carry the units, so that one has to be taken; there every such set shares an
 * index with a unit.
 */
class MovedAxesBruteForceTest {
  private static final int MOST_INDICES = 13;

  private record Index(String tensor, int axis, int index) {}

  @Test
  void unitsCanGoAndNoPartOfThemCan() {
    int graphs = 0;
    int units = 0;
    for (long seed = 0; graphs < 100; seed++) {
      OnnxModel model = RandomShapes.tiny(seed);
      List<Index> indices = indices(model);
      if (indices.size() > MOST_INDICES) {
        continue;
      }
      graphs++;
      boolean[] sound = sound(model, indices);
      int covered = 0;
      for (Group group : Found.in(model).traced().graph().groups()) {
        for (int u = 0; u < group.units(); u++) {
          int unit = subset(Units.slices(group, u), indices);
          covered |= unit;
          if (group.units() > 1) {
            String what = "seed " + seed + ", unit " + u + " of " + group;
            assertEquals(indices(Units.slices(group, u)), Integer.bitCount(unit), what);
            assertTrue(sound[unit], what);
            for (int part = (unit - 1) & unit; part > 0; part = (part - 1) & unit) {
              assertFalse(sound[part], what);
            }
            units++;
          }
        }
      }
      assertNothingMissed(sound, covered, model, "seed " + seed);
    }
    assertTrue(units > 200, units + " units");
  }

  @Test
  void aUnitThatGoesIsAUnitThatIsZero() {
    int units = 0;
    for (long seed = 500; seed < 540; seed++) {
      Traced traced = Found.in(RandomShapes.tiny(seed)).traced();
      List<Group> groups = traced.graph().groups();
      for (int g = 0; g < groups.size(); g++) {
        if (groups.get(g).units() > 1) {
          int[][] removed = new int[groups.size()][0];
          removed[g] = new int[] {(int) (seed % groups.get(g).units())};
          OnnxModel pruned = Cut.apply(traced, new Survivors(traced, removed), Map.of());
          OnnxModel zeroed = zeroed(traced.model(), Units.slices(groups.get(g), removed[g][0]));
          Verification same =
              Verifier.compare(
                  pruned,
                  zeroed,
                  new Weights(),
                  List.of(),
                  new Trials(Trials.MOST_INPUTS, Map.of(), seed));
          assertFalse(same.wrong(), "seed " + seed + ": " + groups.get(g) + ", " + same);
          units++;
        }
      }
    }
    assertTrue(units > 20, units + " units");
  }

  private static OnnxModel zeroed(OnnxModel model, List<Slice> slices) {
    Map<String, Tensor> changed = new HashMap<>();
    for (Slice slice : slices) {
      Tensor tensor =
          changed.getOrDefault(slice.initializer(), model.initializers().get(slice.initializer()));
      float[] values = tensor.floats();
      int inner = 1;
      for (int axis = slice.axis() + 1; axis < tensor.dims().length; axis++) {
        inner *= tensor.dims()[axis];
      }
      for (int i = 0; i < values.length; i++) {
        int at = i / inner % tensor.dims()[slice.axis()];
        if (Arrays.stream(slice.index()).anyMatch(index -> index == at)) {
          values[i] = 0;
        }
      }
      changed.put(tensor.name(), Tensor.of(tensor.name(), tensor.dims(), values));
    }
    return model.withInitializers(changed.values());
  }

  private static boolean[] sound(OnnxModel model, List<Index> indices) {
    Aliveness aliveness = new Aliveness(model);
    boolean[] sound = new boolean[1 << indices.size()];
    for (int subset = 1; subset < sound.length; subset++) {
      sound[subset] = aliveness.sound(gone(model, indices, subset));
    }
    return sound;
  }

  private static void assertNothingMissed(
      boolean[] sound, int covered, OnnxModel model, String what) {
    boolean chosen = hasMatrices(model);
    for (int set = 1; set < sound.length && !steps(model); set++) {
      if (sound[set]) {
        assertTrue(chosen ? (set & covered) != 0 : (set & ~covered) == 0, what);
      }
    }
  }

  private static boolean has(OnnxModel model, String operator) {
    return model.nodes().stream().anyMatch(node -> node.operator().equals(operator));
  }

  /** True where a value has several axes beside the batch, which are a product once flattened. */
  private static boolean hasMatrices(OnnxModel model) {
    return has(model, "Reshape") || has(model, "Unsqueeze");
  }

  private static int indices(List<Slice> slices) {
    return slices.stream().mapToInt(slice -> slice.index().length).sum();
  }

  /** Axes of length 1 are not tried: only a group of one unit, which stays, may have them. */
  private static int subset(List<Slice> slices, List<Index> indices) {
    int subset = 0;
    for (Slice slice : slices) {
      for (int i : slice.index()) {
        int at = indices.indexOf(new Index(slice.initializer(), slice.axis(), i));
        subset |= at < 0 ? 0 : 1 << at;
      }
    }
    return subset;
  }

  /** A slice that takes every second index holds its axis, though some of it could go. */
  private static boolean steps(OnnxModel model) {
    return model.nodes().stream()
        .filter(node -> node.operator().equals("Slice"))
        .anyMatch(node -> model.initializers().get(node.inputs().get(4)).longs()[0] == 2);
  }

  private static Map<String, boolean[][]> gone(OnnxModel model, List<Index> indices, int subset) {
    Map<String, boolean[][]> gone = new HashMap<>();
    for (int i = 0; i < indices.size(); i++) {
      if ((subset >> i & 1) == 1) {
        Index index = indices.get(i);
        int[] dims = model.initializers().get(index.tensor).dims();
        gone.computeIfAbsent(
                    index.tensor,
                    t -> Arrays.stream(dims).mapToObj(boolean[]::new).toArray(boolean[][]::new))[
                index.axis][index.index] =
            true;
      }
    }
    return gone;
  }

  private static List<Index> indices(OnnxModel model) {
    List<Index> indices = new ArrayList<>();
    for (Tensor tensor : model.initializers().values()) {
      for (int axis = 0; axis < tensor.dims().length && tensor.isFloatingPoint(); axis++) {
        for (int i = 0; i < tensor.dims()[axis] && tensor.dims()[axis] > 1; i++) {
          indices.add(new Index(tensor.name(), axis, i));
        }
      }
    }
    return indices;
  }
}
