package dev.espalier.trainer.listener;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.graph.v1.GroupKind;
import dev.espalier.graph.v1.Slice;
import dev.espalier.trainer.summary.GroupSlices;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.summary.TensorShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Groups of a network that nobody has traced: by the names of its parameters. */
public final class LayerGroups {
  private LayerGroups() {}

  /**
   * One group a layer, which is what the parameters' names share before their last '_' or '.'. Its
   * units are the rows of its first tensor of two axes or more (else of its first): what each
   * output channel of a linear or convolutional layer is made by, its weights and its bias.
   *
   * @param shapes of the trained parameters
   */
  public static List<GroupSlices> of(List<TensorShape> shapes) {
    Map<String, List<TensorShape>> layers = new LinkedHashMap<>();
    for (TensorShape shape : shapes) {
      if (shape.dims().length > 0) {
        layers.computeIfAbsent(layer(shape.name()), name -> new ArrayList<>()).add(shape);
      }
    }
    List<GroupSlices> groups = new ArrayList<>();
    layers.forEach((name, tensors) -> groups.add(group(name, tensors)));
    return groups;
  }

  private static GroupSlices group(String name, List<TensorShape> tensors) {
    int rows =
        tensors.stream()
            .filter(shape -> shape.dims().length > 1)
            .findFirst()
            .orElse(tensors.getFirst())
            .dims()[0];
    int[] all = new int[rows];
    Arrays.setAll(all, i -> i);
    return new GroupSlices(
        name,
        rows,
        tensors.stream()
            .filter(shape -> shape.dims()[0] == rows)
            .map(shape -> new GroupSlices.Slice(shape.name(), 0, all))
            .toList());
  }

  /** The same groups as a graph of a model that has no file. */
  static DependencyGraph graph(List<TensorShape> shapes, List<GroupSlices> groups) {
    long[] parameters = new Membership(shapes, groups).parameters();
    DependencyGraph.Builder graph = DependencyGraph.newBuilder();
    for (int g = 0; g < parameters.length; g++) {
      TreeSet<String> components = new TreeSet<>();
      Group.Builder group =
          Group.newBuilder()
              .setId(groups.get(g).id())
              .setUnits(groups.get(g).units())
              .setParameters(parameters[g]);
      for (GroupSlices.Slice slice : groups.get(g).slices()) {
        components.add(slice.initializer().split("[_.]", 2)[0]);
        group.addSlices(
            Slice.newBuilder()
                .setInitializer(slice.initializer())
                .setAxis(slice.axis())
                .addAllIndex(Arrays.stream(slice.indices()).boxed().toList()));
      }
      graph.addGroups(
          group
              .addAllComponents(components)
              .setKind(
                  components.size() == 1
                      ? GroupKind.GROUP_KIND_COMPONENT
                      : GroupKind.GROUP_KIND_COUPLING));
    }
    return graph.build();
  }

  private static String layer(String parameter) {
    int end = Math.max(parameter.lastIndexOf('_'), parameter.lastIndexOf('.'));
    return end <= 0 ? parameter : parameter.substring(0, end);
  }
}
