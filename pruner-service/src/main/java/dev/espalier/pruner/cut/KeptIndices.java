package dev.espalier.pruner.cut;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Slice;
import dev.espalier.pruner.plan.PruningPlan;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What a cut keeps: initialiser, axis, indices ascending. An axis that loses nothing is left out.
 *
 * @param byInitializer enough to make the cut by hand
 */
public record KeptIndices(Map<String, Map<Integer, int[]>> byInitializer) {
  /** The indices that stay under a plan. */
  public static KeptIndices of(OnnxModel model, DependencyGraph graph, PruningPlan plan) {
    Map<String, Map<Integer, boolean[]>> gone = new LinkedHashMap<>();
    for (int g = 0; g < plan.removed().length; g++) {
      Group group = graph.groups().get(g);
      if (plan.removed()[g].length == 0) {
        continue;
      }
      for (Slice slice : group.slices()) {
        int length = model.initializers().get(slice.initializer()).dims()[slice.axis()];
        boolean[] marks =
            gone.computeIfAbsent(slice.initializer(), name -> new TreeMap<>())
                .computeIfAbsent(slice.axis(), axis -> new boolean[length]);
        int each = slice.index().length / group.units();
        for (int unit : plan.removed()[g]) {
          for (int i = unit * each; i < (unit + 1) * each; i++) {
            marks[slice.index()[i]] = true;
          }
        }
      }
    }
    Map<String, Map<Integer, int[]>> kept = new LinkedHashMap<>();
    for (String name : model.initializers().keySet()) {
      Map<Integer, boolean[]> axes = gone.get(name);
      if (axes != null) {
        Map<Integer, int[]> indices = new TreeMap<>();
        axes.forEach((axis, marks) -> indices.put(axis, unmarked(marks)));
        kept.put(name, indices);
      }
    }
    return new KeptIndices(kept);
  }

  private static int[] unmarked(boolean[] marks) {
    return IntStream.range(0, marks.length).filter(i -> !marks[i]).toArray();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    byInitializer.forEach(
        (name, axes) ->
            axes.forEach(
                (axis, kept) ->
                    text.append(name)
                        .append(" axis ")
                        .append(axis)
                        .append(": ")
                        .append(Arrays.toString(kept))
                        .append('\n')));
    return text.toString();
  }
}
