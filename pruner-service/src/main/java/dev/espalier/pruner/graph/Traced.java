package dev.espalier.pruner.graph;

import dev.espalier.onnx.OnnxModel;
import java.util.List;
import java.util.Map;

/**
 * A model with what tracing found in it.
 *
 * @param prepared the model
 * @param rules the rules that were used
 * @param axes the axes of every value
 * @param graph its groups
 * @param unitIds for each group the id of each of its units in {@code axes}
 * @param approximations where cutting a unit is approximate
 */
public record Traced(
    Prepared prepared,
    Rules rules,
    Axes axes,
    DependencyGraph graph,
    int[][] unitIds,
    List<Approximation> approximations) {
  /** The model that was traced. */
  public OnnxModel model() {
    return prepared.model();
  }

  /** The concrete shape of every value at batch size 1. */
  public Map<String, long[]> shapes() {
    return prepared.shapes();
  }
}
