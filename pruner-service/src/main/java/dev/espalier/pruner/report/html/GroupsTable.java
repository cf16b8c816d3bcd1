package dev.espalier.pruner.report.html;

import dev.espalier.html.Escape;
import dev.espalier.html.Markup;
import dev.espalier.pruner.report.Report.GroupCut;
import dev.espalier.pruner.report.Report.TensorCut;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Every group with what became of it, the most important first. */
record GroupsTable(List<GroupCut> groups, Shades shades) implements Part {
  static final int MOST = 300;
  private static final int MOST_TENSORS = 6;
  private static final Comparator<GroupCut> BY_IMPORTANCE =
      Comparator.comparing(
          GroupCut::importance, Comparator.nullsLast(Comparator.<Double>reverseOrder()));

  @Override
  public void write(Markup page) {
    boolean ranked = groups.stream().map(GroupCut::importance).anyMatch(Objects::nonNull);
    List<GroupCut> shown =
        groups.stream()
            .sorted(ranked ? BY_IMPORTANCE : Comparator.comparingInt(g -> 0))
            .limit(MOST)
            .toList();
    int longest = groups.stream().mapToInt(GroupCut::units).max().orElse(1);
    GroupBar bar = new GroupBar(shades, longest);
    page.open("section", "class", "card", "id", "groups");
    page.leaf("h2", "Groups");
    if (groups.isEmpty()) {
      page.leaf("p", "Nothing of this network can be cut.", "class", "muted").close();
      return;
    }
    page.leaf(
        "p",
        "A group is a set of units that can only go together. "
            + (ranked ? "The most important comes first." : "They stand in the order of the data."),
        "class",
        "muted");
    page.open("table", "class", "rows").open("thead").open("tr");
    page.leaf("th", "Group", "scope", "col").leaf("th", "Units kept", "scope", "col");
    if (ranked) {
      page.leaf("th", "Importance", "scope", "col", "class", "right");
    }
    page.leaf("th", "Parameters before", "scope", "col", "class", "right");
    page.close().close().open("tbody");
    for (GroupCut group : shown) {
      row(page, group, bar, ranked);
    }
    page.close().close();
    if (groups.size() > shown.size()) {
      String more = Numbers.count(groups.size() - shown.size(), "more group");
      page.leaf("p", more + " in report.json.", "class", "muted");
    }
    page.close();
  }

  private void row(Markup page, GroupCut group, GroupBar bar, boolean ranked) {
    page.open("tr").open("td", "class", "wide");
    page.leaf("code", Escape.clip(group.id(), 64));
    if (group.kind().equals("coupling")) {
      page.leaf("span", "coupling", "class", "tag");
    }
    if (group.isProtected()) {
      page.leaf("span", "protected", "class", "tag");
    }
    tensors(page, group);
    page.close();
    page.open("td", "data-label", "Units kept", "class", "units");
    page.open("div", "class", "label");
    page.leaf("span", Numbers.count(group.kept()) + " / " + Numbers.count(group.units()));
    page.leaf("span", Numbers.change(group.units(), group.kept()), "class", "muted").close();
    bar.write(page, group);
    page.close();
    if (ranked) {
      importance(page, group.importance());
    }
    page.open("td", "data-label", "Parameters before", "class", "right");
    page.text(Numbers.count(group.parameters())).close();
    page.close();
  }

  private void importance(Markup page, Double importance) {
    page.open("td", "data-label", "Importance", "class", "right");
    if (importance == null) {
      page.text("–").close();
      return;
    }
    page.text(Numbers.significant(importance));
    page.open("svg", "class", "bar thin importance", "aria-hidden", "true");
    String width = Numbers.part(importance, shades.max());
    page.empty("rect", "class", "after", "width", width, "height", "100%");
    page.close().close();
  }

  private static void tensors(Markup page, GroupCut group) {
    List<TensorCut> tensors = group.tensors();
    String axes = Numbers.count(tensors.size()) + (tensors.size() == 1 ? " axis" : " axes");
    page.open("details");
    page.leaf("summary", Components.joined(group, 3) + ", " + axes + " of tensors");
    page.open("ul", "class", "plain");
    for (TensorCut tensor : tensors.subList(0, Math.min(MOST_TENSORS, tensors.size()))) {
      page.open("li").leaf("code", Escape.clip(tensor.name(), 64));
      page.text(
          " axis %d: %s of %s stay"
              .formatted(
                  tensor.axis(), Numbers.count(tensor.kept()), Numbers.count(tensor.length())));
      page.close();
    }
    if (tensors.size() > MOST_TENSORS) {
      page.leaf("li", (tensors.size() - MOST_TENSORS) + " more in report.json");
    }
    page.close().close();
  }
}
