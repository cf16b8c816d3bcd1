package dev.espalier.pruner.report.html;

import dev.espalier.pruner.report.Report.GroupCut;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where everything stands in the picture: components side by side in the order of the data, below
 * them a link for every coupling, in as few rows as will do. Where there are too many components
 * the smallest share the last box, which no link reaches.
 *
 * @param boxes from left to right
 * @param links in the order of the data
 * @param linksLeftOut couplings that are not drawn
 */
record NetworkLayout(List<Box> boxes, List<Link> links, int linksLeftOut) {
  static final int MOST_BOXES = 8;
  private static final int MOST_BARS = 60;
  private static final int MOST_LINKS = 16;

  /**
   * A component.
   *
   * @param others how many further components it stands for; 0 for one alone
   * @param groups indices of the groups drawn, in the order of the data
   * @param groupsLeftOut further groups
   */
  record Box(String name, int others, List<Integer> groups, int groupsLeftOut) {}

  /**
   * A coupling.
   *
   * @param group its index
   * @param row from 0
   */
  record Link(int group, int row, List<Port> ports) {
    int first() {
      return ports.getFirst().column;
    }

    int last() {
      return ports.getLast().column;
    }
  }

  /**
   * Where a link meets a box.
   *
   * @param column of the box
   * @param offset across it, above 0 and below 1
   */
  record Port(int column, double offset) {}

  static NetworkLayout of(List<GroupCut> groups) {
    List<String> components = Components.ordered(groups);
    Map<String, Integer> columns = new HashMap<>();
    List<String> shown = largest(components, groups);
    components.forEach(c -> columns.put(c, shown.contains(c) ? shown.indexOf(c) : shown.size()));
    int others = components.size() - shown.size();
    int count = shown.size() + (others > 0 ? 1 : 0);
    List<Box> boxes = new ArrayList<>();
    for (int column = 0; column < count; column++) {
      int at = column;
      List<Integer> inside = new ArrayList<>();
      for (int g = 0; g < groups.size(); g++) {
        List<String> own = groups.get(g).components();
        if (own.stream().allMatch(c -> columns.get(c) == at)
            && (own.size() == 1 || at == shown.size())) {
          inside.add(g);
        }
      }
      boolean rest = column == shown.size();
      List<Integer> drawn = largest(inside, groups, Math.max(6, MOST_BARS / count));
      String name = rest ? others + " more components" : shown.get(column);
      boxes.add(new Box(name, rest ? others : 0, drawn, inside.size() - drawn.size()));
    }
    return linked(groups, columns, boxes);
  }

  private static NetworkLayout linked(
      List<GroupCut> groups, Map<String, Integer> columns, List<Box> boxes) {
    List<Integer> couplings = new ArrayList<>();
    Map<Integer, List<Integer>> touched = new HashMap<>();
    for (int g = 0; g < groups.size(); g++) {
      List<Integer> on =
          groups.get(g).components().stream()
              .map(columns::get)
              .filter(column -> boxes.get(column).others == 0)
              .distinct()
              .sorted()
              .toList();
      touched.put(g, on);
      if (groups.get(g).components().size() > 1 && !on.isEmpty()) {
        couplings.add(g);
      }
    }
    List<Integer> drawn = largest(couplings, groups, MOST_LINKS);
    int[] ports = new int[boxes.size()];
    drawn.forEach(g -> touched.get(g).forEach(column -> ports[column]++));
    int[] used = new int[boxes.size()];
    List<Integer> rowEnds = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    for (int g : drawn) {
      List<Integer> on = touched.get(g);
      List<Port> at = on.stream().map(c -> new Port(c, ++used[c] / (ports[c] + 1.0))).toList();
      links.add(new Link(g, row(rowEnds, on.getFirst(), on.getLast()), at));
    }
    return new NetworkLayout(boxes, links, couplings.size() - drawn.size());
  }

  private static int row(List<Integer> ends, int first, int last) {
    int row = 0;
    while (row < ends.size() && ends.get(row) >= first) {
      row++;
    }
    if (row == ends.size()) {
      ends.add(last);
    } else {
      ends.set(row, last);
    }
    return row;
  }

  private static List<Integer> largest(List<Integer> some, List<GroupCut> groups, int most) {
    return some.stream()
        .sorted(Comparator.comparingLong((Integer g) -> -groups.get(g).parameters()))
        .limit(most)
        .sorted()
        .toList();
  }

  private static List<String> largest(List<String> components, List<GroupCut> groups) {
    if (components.size() <= MOST_BOXES) {
      return components;
    }
    Map<String, Long> parameters = new HashMap<>();
    groups.forEach(
        g -> g.components().forEach(c -> parameters.merge(c, g.parameters(), Long::sum)));
    List<String> largest =
        components.stream()
            .sorted(Comparator.comparing(parameters::get, Comparator.reverseOrder()))
            .limit(MOST_BOXES - 1L)
            .toList();
    return components.stream().filter(largest::contains).toList();
  }
}
