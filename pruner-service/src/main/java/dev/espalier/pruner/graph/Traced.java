package dev.espalier.pruner.graph;

import dev.espalier.onnx.OnnxModel;
import java.util.Map;

/**
 * A model with what tracing found in it.
 *
 * @param model the model
 * @param shapes the concrete shape of every value at batch size 1
 * @param rules the rules that were used
 * @param axes the axes of every value
 * @param graph its groups
 * @param unitIds for each group the id of each of its units in {@code axes}
 */
public record Traced(
    OnnxModel model,
    Map<String, long[]> shapes,
    Rules rules,
    Axes axes,
    DependencyGraph graph,
    int[][] unitIds) {}
