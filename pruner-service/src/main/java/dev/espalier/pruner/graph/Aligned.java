package dev.espalier.pruner.graph;

import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A traced model by the names of groups that are known already. A run keeps the ids and the order
 * of its groups whatever is cut of them, while an analysis names and orders what it finds.
 *
 * <p>A cut can change what is coupled: of heads that went together one by one, the last has
 * channels that go alone. A known group that the analysis does not find as it is stays as it is,
 * and so does what the analysis finds in its place; all others can be cut, for no index of an axis
 * is in two groups.
 */
public final class Aligned {
  private Aligned() {}

  /**
   * The model with the known groups' ids, in their order, without those that are not found as they
   * are.
   *
   * @param traced the model as it was analysed
   * @param known its groups by their ids
   * @throws OnnxException where a group is none of the model's tensors; names it
   */
  public static Traced of(Traced traced, List<Group> known) {
    List<Group> found = traced.graph().groups();
    Map<List<Slice>, Integer> bySlices = new HashMap<>();
    for (int g = 0; g < found.size(); g++) {
      bySlices.put(found.get(g).slices(), g);
    }
    List<Group> groups = new ArrayList<>();
    List<int[]> unitIds = new ArrayList<>();
    for (Group group : known) {
      check(group, traced.model().initializers());
      Integer its = bySlices.get(group.slices());
      if (its != null && found.get(its).units() == group.units()) {
        groups.add(group);
        unitIds.add(traced.unitIds()[its]);
      }
    }
    DependencyGraph graph = traced.graph();
    return new Traced(
        traced.prepared(),
        traced.rules(),
        traced.axes(),
        new DependencyGraph(groups, graph.declined(), graph.parameters(), graph.macs()),
        unitIds.toArray(int[][]::new),
        traced.approximations());
  }

  private static void check(Group group, Map<String, Tensor> tensors) {
    for (Slice slice : group.slices()) {
      Tensor tensor = tensors.get(slice.initializer());
      if (tensor == null
          || slice.axis() >= tensor.dims().length
          || Arrays.stream(slice.index()).anyMatch(i -> i >= tensor.dims()[slice.axis()])) {
        throw differs(
            group,
            "\"%s\" has no such axis %d or not all of its indices"
                .formatted(slice.initializer(), slice.axis()));
      }
    }
    long parameters = Scalars.in(group.slices(), tensors);
    if (parameters != group.parameters()) {
      throw differs(
          group, "it has %d parameters, not %d".formatted(parameters, group.parameters()));
    }
  }

  private static OnnxException differs(Group group, String how) {
    return new OnnxException(
        "group \"" + group.id() + "\"",
        "the model's groups are not those of the run's dependency graph: " + how);
  }
}
