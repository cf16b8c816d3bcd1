package dev.espalier.pruner.cut;

import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a cut keeps: initialiser, axis, indices ascending. An axis that loses nothing is left out.
 *
 * @param byInitializer enough to make the cut by hand
 */
public record KeptIndices(Map<String, Map<Integer, int[]>> byInitializer) {
  /** The indices that stay. */
  public static KeptIndices of(Traced traced, Survivors survivors) {
    Map<String, Map<Integer, int[]>> kept = new LinkedHashMap<>();
    for (Tensor tensor : traced.model().initializers().values()) {
      Map<Integer, int[]> axes = new TreeMap<>();
      for (int axis = 0; axis < tensor.dims().length; axis++) {
        if (survivors.cuts(tensor.name(), axis)) {
          axes.put(axis, survivors.kept(tensor.name(), axis));
        }
      }
      if (!axes.isEmpty()) {
        kept.put(tensor.name(), axes);
      }
    }
    return new KeptIndices(kept);
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
