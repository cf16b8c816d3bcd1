package dev.espalier.pruner.message;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.graph.v1.GroupKind;
import dev.espalier.graph.v1.Slice;
import dev.espalier.pruner.graph.Declined;
import java.util.Arrays;
import java.util.List;

/** The contract's form of a dependency graph. */
public final class GraphMessages {
  private GraphMessages() {}

  /**
   * @param runId empty for a model that came alone
   * @param digest SHA-256 of the model file
   * @param model relative to the model store's root
   */
  public static DependencyGraph of(
      dev.espalier.pruner.graph.DependencyGraph graph, String runId, String digest, String model) {
    return of(graph, graph.groups(), runId, digest, model);
  }

  /**
   * @param groups instead of the graph's own
   */
  public static DependencyGraph of(
      dev.espalier.pruner.graph.DependencyGraph graph,
      List<dev.espalier.pruner.graph.Group> groups,
      String runId,
      String digest,
      String model) {
    return DependencyGraph.newBuilder()
        .setRunId(runId)
        .setModelDigest(digest)
        .setModel(model)
        .addAllGroups(groups.stream().map(GraphMessages::group).toList())
        .addAllDeclined(declined(graph.declined()))
        .setParameters(graph.parameters())
        .setMacs(graph.macs())
        .build();
  }

  static List<dev.espalier.graph.v1.Declined> declined(List<Declined> declined) {
    return declined.stream()
        .map(
            d ->
                dev.espalier.graph.v1.Declined.newBuilder()
                    .setNode(d.node())
                    .setOperator(d.operator())
                    .setReason(d.reason())
                    .addAllHeldBack(d.heldBack())
                    .build())
        .toList();
  }

  private static Group group(dev.espalier.pruner.graph.Group group) {
    Group.Builder message =
        Group.newBuilder()
            .setId(group.id())
            .setKind(
                group.coupling() ? GroupKind.GROUP_KIND_COUPLING : GroupKind.GROUP_KIND_COMPONENT)
            .addAllComponents(group.components())
            .setUnits(group.units())
            .setParameters(group.parameters());
    for (dev.espalier.pruner.graph.Slice slice : group.slices()) {
      message.addSlices(
          Slice.newBuilder()
              .setInitializer(slice.initializer())
              .setAxis(slice.axis())
              .addAllIndex(Arrays.stream(slice.index()).boxed().toList()));
    }
    return message.build();
  }

  /**
   * @throws IllegalArgumentException where the message breaks its own contract; names the field
   */
  public static void check(DependencyGraph message) {
    groups(message);
  }

  /**
   * The groups of a message.
   *
   * @throws IllegalArgumentException where the message breaks its own contract; names the field
   */
  public static List<dev.espalier.pruner.graph.Group> groups(DependencyGraph message) {
    return new dev.espalier.pruner.graph.DependencyGraph(
            message.getGroupsList().stream().map(GraphMessages::read).toList(),
            List.of(),
            message.getParameters(),
            message.getMacs())
        .groups();
  }

  private static dev.espalier.pruner.graph.Group read(Group group) {
    return new dev.espalier.pruner.graph.Group(
        group.getId(),
        group.getComponentsList(),
        group.getUnits(),
        group.getSlicesList().stream()
            .map(
                slice ->
                    new dev.espalier.pruner.graph.Slice(
                        slice.getInitializer(),
                        slice.getAxis(),
                        slice.getIndexList().stream().mapToInt(Integer::intValue).toArray()))
            .toList(),
        group.getParameters());
  }
}
