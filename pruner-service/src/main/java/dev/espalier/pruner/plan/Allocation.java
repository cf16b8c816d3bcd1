package dev.espalier.pruner.plan;

import dev.espalier.pruner.graph.DependencyGraph;

/**
 * How a cut is spread over the groups: each unit gets a time, and units go in the order of their
 * times until the target is met. Within a group, times rise with the scores.
 */
public interface Allocation {
  /**
   * @param graph the groups
   * @param scores for each group the score of each unit, finite and at least 0
   * @return for each group the time of each unit, of the same shape
   */
  double[][] times(DependencyGraph graph, double[][] scores);
}
