package dev.espalier.trainer.run;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.trainer.summary.GroupSlices;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.training.v1.GroupShape;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** A dependency graph as the trainer needs it. */
public final class RunGroups {
  private RunGroups() {}

  /**
   * @param tensors those of the model
   * @throws IllegalArgumentException where the graph is of another model, or has no group
   */
  static Membership membership(DependencyGraph graph, String digest, RunTensors tensors) {
    if (!graph.getModelDigest().equals(digest)) {
      throw new IllegalArgumentException(
          "they are of model " + graph.getModelDigest() + ", not of " + digest);
    }
    if (graph.getGroupsCount() == 0) {
      throw new IllegalArgumentException("the model has no group that can be cut");
    }
    Set<String> ids = new HashSet<>();
    for (Group group : graph.getGroupsList()) {
      if (!ids.add(group.getId())) {
        throw new IllegalArgumentException("group \"" + group.getId() + "\" is there twice");
      }
    }
    return new Membership(
        tensors.shapes(),
        tensors.untrained(),
        graph.getGroupsList().stream().map(RunGroups::slices).toList());
  }

  static List<String> ids(DependencyGraph graph) {
    return graph.getGroupsList().stream().map(Group::getId).toList();
  }

  /**
   * The groups as the run's start names them.
   *
   * @param units what is said of them unit by unit
   */
  static List<GroupShape> shapes(DependencyGraph graph, UnitSummaries units) {
    return IntStream.range(0, graph.getGroupsCount())
        .mapToObj(g -> shape(graph.getGroups(g), units.units(g)))
        .toList();
  }

  private static GroupShape shape(Group group, int units) {
    return GroupShape.newBuilder()
        .setId(group.getId())
        .setKind(group.getKind())
        .addAllComponents(group.getComponentsList())
        .setParameters(group.getParameters())
        .setUnits(units)
        .build();
  }

  /** A group of the graph as the summaries take it. */
  public static GroupSlices slices(Group group) {
    return new GroupSlices(
        group.getId(),
        group.getUnits(),
        group.getSlicesList().stream()
            .map(
                slice ->
                    new GroupSlices.Slice(
                        slice.getInitializer(),
                        slice.getAxis(),
                        slice.getIndexList().stream().mapToInt(Integer::intValue).toArray()))
            .toList());
  }
}
