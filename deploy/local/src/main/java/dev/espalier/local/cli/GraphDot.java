package dev.espalier.local.cli;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import java.util.TreeSet;

/** The groups of a model in Graphviz' language: a box a component, a group tied to each of its. */
final class GraphDot {
  private GraphDot() {}

  static String of(DependencyGraph graph) {
    StringBuilder dot =
        new StringBuilder("graph groups {\n  layout=fdp;\n  node [fontname=\"sans-serif\"];\n");
    TreeSet<String> components = new TreeSet<>();
    graph.getGroupsList().forEach(group -> components.addAll(group.getComponentsList()));
    for (String component : components) {
      dot.append("  %s [shape=box, style=bold];%n".formatted(quoted("component " + component)));
    }
    for (Group group : graph.getGroupsList()) {
      String id = quoted(group.getId());
      dot.append(
          "  %s [label=%s];%n"
              .formatted(id, quoted(group.getId() + ", " + group.getUnits() + " units")));
      for (String component : group.getComponentsList()) {
        dot.append("  %s -- %s;%n".formatted(id, quoted("component " + component)));
      }
    }
    return dot.append("}").toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
