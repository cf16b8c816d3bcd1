package dev.espalier.pruner.plan;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import java.util.Arrays;

/**
 * Which units go.
 *
 * @param removed for each group of the graph the units that go, ascending; never all of them
 * @param parametersBefore floating-point scalars before the cut
 * @param parametersAfter floating-point scalars after it
 */
public record PruningPlan(int[][] removed, long parametersBefore, long parametersAfter) {
  /**
   * A plan of chosen units.
   *
   * @throws PlanException where a unit is not in its group, is there twice, or none would stay
   */
  public static PruningPlan of(OnnxModel model, DependencyGraph graph, int[][] removed) {
    if (removed.length != graph.groups().size()) {
      throw new PlanException(removed.length + " groups given, there are " + graph.groups().size());
    }
    ParameterCount count = new ParameterCount(model, graph);
    long before = count.total();
    int[][] sorted = new int[removed.length][];
    for (int g = 0; g < removed.length; g++) {
      Group group = graph.groups().get(g);
      sorted[g] = Arrays.stream(removed[g]).sorted().distinct().toArray();
      if (sorted[g].length != removed[g].length
          || sorted[g].length >= group.units()
          || sorted[g].length > 0
              && (sorted[g][0] < 0 || sorted[g][sorted[g].length - 1] >= group.units())) {
        throw new PlanException(
            "group \"%s\": cannot remove %s of its %d units; remove each at most once and keep one"
                .formatted(group.id(), Arrays.toString(removed[g]), group.units()));
      }
      count.remove(g, sorted[g].length);
    }
    return new PruningPlan(sorted, before, count.total());
  }

  /** Units of a group that stay, at least 1. */
  public int kept(DependencyGraph graph, int group) {
    return graph.groups().get(group).units() - removed[group].length;
  }

  /** Share of the parameters that goes. */
  public double share() {
    return parametersBefore == 0 ? 0 : 1 - (double) parametersAfter / parametersBefore;
  }
}
