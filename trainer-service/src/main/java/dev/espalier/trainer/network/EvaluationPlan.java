package dev.espalier.trainer.network;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The nodes that must be evaluated, in order, to get some values from others.
 *
 * @param nodes in the graph's order of evaluation
 */
record EvaluationPlan(List<Node> nodes) {
  /**
   * @param feeds names of the values that are given; what makes them is not evaluated
   * @param fetches names of the values that are wanted
   * @throws OnnxException where a feed or fetch is no value of the graph, or a graph input that is
   *     needed is not fed
   */
  static EvaluationPlan of(OnnxModel model, Set<String> feeds, List<String> fetches) {
    Set<String> inputs = new HashSet<>();
    model.inputs().forEach(input -> inputs.add(input.getName()));
    for (String feed : feeds) {
      if (!inputs.contains(feed)
          && model.producer(feed).isEmpty()
          && !model.initializers().containsKey(feed)) {
        throw new OnnxException("feed \"" + feed + "\"", "is no value of the graph");
      }
    }
    Set<Node> needed = new HashSet<>();
    Set<String> seen = new HashSet<>(fetches);
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      String value = open.pop();
      if (feeds.contains(value) || model.initializers().containsKey(value)) {
        continue;
      }
      Node node =
          model
              .producer(value)
              .orElseThrow(
                  () ->
                      new OnnxException(
                          "value \"" + value + "\"",
                          inputs.contains(value)
                              ? "is a graph input that is needed; feed it"
                              : "is no value of the graph"));
      if (needed.add(node)) {
        for (String input : node.inputs()) {
          if (!input.isEmpty() && seen.add(input)) {
            open.push(input);
          }
        }
      }
    }
    return new EvaluationPlan(model.nodes().stream().filter(needed::contains).toList());
  }
}
