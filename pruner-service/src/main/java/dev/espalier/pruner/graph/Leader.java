package dev.espalier.pruner.graph;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names a group by the first initialiser, in the order of the nodes, whose axis goes on into the
 * node's output as the group's units; where there is none, by the first that the group touches.
 *
 * @param group position in the list that was given
 * @param id unique id of the group
 */
record Leader(int group, String id) {
  /** The leaders in the order of the model's nodes. */
  static List<Leader> inOrder(OnnxModel model, Axes axes, List<int[]> groups) {
    int[] groupOf = new int[axes.idCount()];
    for (int g = 0; g < groups.size(); g++) {
      for (int unit : groups.get(g)) {
        groupOf[unit] = g + 1;
      }
    }
    List<Leader> leaders = new ArrayList<>();
    boolean[] led = new boolean[groups.size() + 1];
    led[0] = true;
    Ids ids = new Ids(new HashSet<>(), new HashMap<>());
    for (boolean outputOnly : new boolean[] {true, false}) {
      for (Node node : model.nodes()) {
        Set<Integer> going = groupsOf(node.outputs(), axes, groupOf);
        for (String input : node.inputs()) {
          if (model.initializers().containsKey(input)) {
            for (int[] axis : axes.of(input)) {
              for (int id : axis) {
                int g = groupOf[axes.unit(id)];
                if (!led[g] && (!outputOnly || going.contains(g))) {
                  led[g] = true;
                  leaders.add(new Leader(g - 1, ids.unique(Names.scope(input, node))));
                }
              }
            }
          }
        }
      }
    }
    return leaders;
  }

  private static Set<Integer> groupsOf(List<String> values, Axes axes, int[] groupOf) {
    Set<Integer> groups = new HashSet<>();
    for (String value : values) {
      for (int[] axis : axes.of(value)) {
        int last = 0;
        for (int id : axis) {
          int g = groupOf[axes.unit(id)];
          if (g != last) {
            groups.add(g);
            last = g;
          }
        }
      }
    }
    return groups;
  }

  /**
   * The ids that are taken.
   *
   * @param next by scope, the number to try next
   */
  private record Ids(Set<String> taken, Map<String, Integer> next) {
    String unique(String scope) {
      String id = scope;
      while (!taken.add(id)) {
        id = scope + "#" + next.merge(scope, 2, (n, first) -> n + 1);
      }
      return id;
    }
  }
}
