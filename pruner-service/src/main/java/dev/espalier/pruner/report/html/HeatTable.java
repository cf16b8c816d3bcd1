package dev.espalier.pruner.report.html;

import dev.espalier.html.Escape;
import dev.espalier.html.Markup;
import dev.espalier.pruner.report.SensitivityReport.GroupSensitivity;
import dev.espalier.pruner.report.SensitivityReport.Point;
import java.util.List;

/**
 * Every group's error at every share, shaded.
 *
 * @param groups in the order of the rows
 * @param scale of all errors
 */
record HeatTable(List<GroupSensitivity> groups, List<Double> shares, Scale scale) implements Part {
  static final int MOST = 300;

  @Override
  public void write(Markup page) {
    page.open("section", "class", "card", "id", "table");
    page.leaf("h2", "Error by group and share removed");
    page.leaf(
        "p",
        "The most sensitive group comes first. Each number is the relative error of the outputs where"
            + " that share of the group’s units goes and nothing else.",
        "class",
        "muted");
    page.open("div", "class", "legend").open("span");
    Legend.ramp(page);
    page.text(
        "error %s to %s%s"
            .formatted(
                Numbers.round(scale.from()),
                Numbers.round(scale.to()),
                scale.log() ? ", logarithmic" : ""));
    page.close().close();
    page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Errors");
    page.open("table", "class", "heat").open("thead").open("tr");
    page.leaf("th", "Group", "scope", "col");
    page.leaf("th", "Units", "scope", "col", "class", "right");
    page.leaf("th", "Parameters", "scope", "col", "class", "right");
    shares.forEach(
        share ->
            page.leaf("th", Numbers.round(100 * share) + " %", "scope", "col", "class", "cell"));
    page.close().close().open("tbody");
    groups.stream().limit(MOST).forEach(group -> row(page, group));
    page.close().close().close();
    if (groups.size() > MOST) {
      String more = Numbers.count(groups.size() - MOST, "more group");
      page.leaf("p", more + " in sensitivity.json.", "class", "muted");
    }
    page.close();
  }

  private void row(Markup page, GroupSensitivity group) {
    page.open("tr").open("th", "scope", "row");
    page.leaf("code", Escape.clip(group.id(), 64));
    if (group.kind().equals("coupling")) {
      page.leaf("span", "coupling", "class", "tag");
    }
    page.close();
    page.leaf("td", Numbers.count(group.units()), "class", "right");
    page.leaf("td", Numbers.count(group.parameters()), "class", "right");
    for (double share : shares) {
      cell(page, group.points().stream().filter(p -> p.share() == share).toList());
    }
    page.close();
  }

  private void cell(Markup page, List<Point> points) {
    if (points.isEmpty()) {
      page.leaf("td", "–", "class", "cell");
    } else if (points.getFirst().error() == null) {
      page.leaf("td", "not finite", "class", "cell h6");
    } else {
      double error = points.getFirst().error();
      String shade = "h" + Shades.at(scale.position(error)).substring(1);
      page.leaf("td", Numbers.significant(error), "class", "cell " + shade);
    }
  }
}
