package dev.espalier.pruner.plan;

import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which groups stay whole. */
public final class Protection {
  private static final int NAMED = 5;

  private Protection() {}

  /**
   * @param patterns group ids; {@code *} stands for any characters
   * @return for each group whether one matches
   * @throws PlanException where one matches no group; names ids like it
   */
  static boolean[] of(DependencyGraph graph, List<String> patterns) {
    boolean[] whole = new boolean[graph.groups().size()];
    for (String pattern : patterns) {
      Pattern compiled = compile(pattern);
      boolean any = false;
      for (int g = 0; g < whole.length; g++) {
        if (compiled.matcher(graph.groups().get(g).id()).matches()) {
          whole[g] = true;
          any = true;
        }
      }
      if (!any) {
        throw new PlanException(
            "protected_groups: \""
                + pattern
                + "\" matches no group; there are "
                + near(graph, pattern));
      }
    }
    return whole;
  }

  /** The ids of the groups that {@link #of} finds. */
  public static Set<String> ids(DependencyGraph graph, List<String> patterns) {
    boolean[] whole = of(graph, patterns);
    Set<String> ids = new LinkedHashSet<>();
    for (int g = 0; g < whole.length; g++) {
      if (whole[g]) {
        ids.add(graph.groups().get(g).id());
      }
    }
    return ids;
  }

  private static Pattern compile(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (String literal : pattern.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private static String near(DependencyGraph graph, String pattern) {
    List<Group> groups = graph.groups();
    String first =
        groups.stream()
            .map(Group::id)
            .sorted(Comparator.comparingInt((String id) -> -common(id, pattern)))
            .limit(NAMED)
            .map(id -> "\"" + id + "\"")
            .collect(Collectors.joining(", "));
    int more = groups.size() - NAMED;
    return groups.isEmpty() ? "none" : more > 0 ? first + " and " + more + " more" : first;
  }

  private static int common(String a, String b) {
    int i = 0;
    while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    return i;
  }
}
