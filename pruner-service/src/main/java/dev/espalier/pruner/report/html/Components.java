package dev.espalier.pruner.report.html;

import dev.espalier.html.Escape;
import dev.espalier.pruner.report.Report.GroupCut;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/** The order in which data reaches a network's components. */
final class Components {
  private Components() {}

  /**
   * By the first group of each; components that appear together in a coupling, by the first of its
   * initialisers that bears their name.
   */
  static List<String> ordered(List<GroupCut> groups) {
    SequencedSet<String> seen = new LinkedHashSet<>();
    for (GroupCut group : groups) {
      seen.addAll(inOrder(group));
    }
    return List.copyOf(seen);
  }

  /** The components of a group, the first few by name, in the order of the data. */
  static String joined(GroupCut group, int most) {
    List<String> names =
        inOrder(group).stream().limit(most).map(name -> Escape.clip(name, 32)).toList();
    int more = group.components().size() - names.size();
    return String.join(" + ", names) + (more > 0 ? " + " + more + " more" : "");
  }

  private static List<String> inOrder(GroupCut group) {
    Map<String, Integer> first = firstTensors(group);
    return group.components().stream()
        .sorted(Comparator.comparing(c -> first.getOrDefault(c, Integer.MAX_VALUE)))
        .toList();
  }

  private static Map<String, Integer> firstTensors(GroupCut group) {
    Map<String, Integer> first = new HashMap<>();
    if (group.components().size() == 1) {
      return first;
    }
    for (String component : group.components()) {
      for (int i = 0; i < group.tensors().size(); i++) {
        if (isWithin(group.tensors().get(i).name(), component)) {
          first.putIfAbsent(component, i);
        }
      }
    }
    return first;
  }

  private static boolean isWithin(String tensor, String component) {
    return tensor.startsWith(component)
        && (tensor.length() == component.length()
            || !Character.isLetterOrDigit(tensor.charAt(component.length())));
  }
}
