package dev.espalier.pruner.report.html;

import dev.espalier.html.Escape;
import dev.espalier.html.Markup;
import dev.espalier.pruner.report.Report.GroupCut;
import java.util.List;
import java.util.Locale;

/** The network: a box for each component, a bar for each group, a link for each coupling. */
record NetworkPicture(List<GroupCut> groups, Shades shades) implements Part {
  @Override
  public void write(Markup page) {
    NetworkLayout layout = NetworkLayout.of(groups);
    int longest = groups.stream().mapToInt(GroupCut::units).max().orElse(1);
    GroupBar bar = new GroupBar(shades, longest);
    page.open("section", "class", "card", "id", "network");
    page.leaf("h2", "Network");
    if (groups.isEmpty()) {
      page.leaf("p", "There is no group to draw.", "class", "muted").close();
      return;
    }
    new Legend(shades, groups).write(page);
    int columns = layout.boxes().size();
    page.open(
        "div",
        "class",
        columns > 5 ? "net many" : columns == 1 ? "net single" : "net",
        "style",
        "--n:" + columns);
    for (int column = 0; column < columns; column++) {
      box(page, layout.boxes().get(column), column, bar);
    }
    for (NetworkLayout.Link link : layout.links()) {
      wires(page, link);
      link(page, link, bar);
    }
    page.close();
    if (layout.linksLeftOut() > 0) {
      String more = Numbers.count(layout.linksLeftOut(), "smaller coupling");
      page.leaf("p", more + " not drawn; report.json holds all.", "class", "muted");
    }
    page.close();
  }

  private void box(Markup page, NetworkLayout.Box box, int column, GroupBar bar) {
    page.open(
        "div", "class", box.others() > 0 ? "box others" : "box", "style", "--c:" + (column + 1));
    page.leaf("h3", Escape.clip(box.name(), 48));
    page.open("div", "class", "bars");
    for (int group : box.groups()) {
      page.open("div");
      item(page, groups.get(group), inside(groups.get(group).id(), box.name()), bar);
      page.open("div", "class", "muted note");
      note(page, groups.get(group));
      page.close().close();
    }
    page.close();
    if (box.groupsLeftOut() > 0) {
      String more = Numbers.count(box.groupsLeftOut(), "smaller group");
      page.leaf("p", "and " + more, "class", "muted small");
    } else if (box.groups().isEmpty()) {
      page.leaf("p", "no group of its own", "class", "muted small");
    }
    page.close();
  }

  private static void item(Markup page, GroupCut group, String name, GroupBar bar) {
    page.open("div", "class", "item").open("div", "class", "label");
    page.leaf("span", Escape.clip(name, 48), "class", "id");
    page.leaf(
        "span",
        Numbers.count(group.kept()) + " / " + Numbers.count(group.units()),
        "class",
        "value");
    page.close();
    bar.write(page, group);
    page.close();
  }

  private static void note(Markup page, GroupCut group) {
    if (group.importance() != null) {
      page.leaf("span", "importance ", "class", "word");
      page.text(Numbers.significant(group.importance()) + " ");
    }
    if (group.isProtected()) {
      page.leaf("span", "protected", "class", "tag");
    }
  }

  private static void wires(Markup page, NetworkLayout.Link link) {
    for (NetworkLayout.Port port : link.ports()) {
      String place =
          String.format(
              Locale.ROOT,
              "--c:%d;--r:%d;--x:%.1f%%",
              port.column() + 1,
              link.row() + 2,
              100 * port.offset());
      page.leaf("div", "", "class", "wire", "style", place, "aria-hidden", "true");
      page.leaf("div", "", "class", "dot", "style", place, "aria-hidden", "true");
    }
  }

  private void link(Markup page, NetworkLayout.Link link, GroupBar bar) {
    GroupCut group = groups.get(link.group());
    page.open(
        "div",
        "class",
        "link",
        "style",
        "--c:%d;--e:%d;--r:%d".formatted(link.first() + 1, link.last() + 2, link.row() + 2));
    item(page, group, group.id(), bar);
    page.open("p", "class", "couples");
    page.text("couples " + Components.joined(group, 6));
    if (group.importance() != null || group.isProtected()) {
      page.text(", ");
      note(page, group);
    }
    page.close().close();
  }

  /** A group's name within its component's box. */
  private static String inside(String id, String component) {
    boolean scoped = id.startsWith(component + ".") || id.startsWith(component + "/");
    return scoped && id.length() > component.length() + 1
        ? id.substring(component.length() + 1)
        : id;
  }
}
