package dev.espalier.pruner.report.html;

import dev.espalier.html.Markup;
import dev.espalier.pruner.report.Report.GroupCut;

/**
 * A group's units as a bar: its length says how many there were, its filled part how many stay, the
 * shade how important they are.
 *
 * @param longest units of a bar of full length
 */
record GroupBar(Shades shades, int longest) {
  void write(Markup page, GroupCut group) {
    String all = length(group.units());
    String kept = length(group.kept());
    page.open("svg", "class", "bar", "aria-hidden", "true");
    if (group.kept() < group.units()) {
      page.empty("rect", "class", "gone", "width", all, "height", "100%");
      page.empty("rect", "class", "gone-hatch", "width", all, "height", "100%");
    }
    page.empty(
        "rect", "class", "kept " + shades.of(group.importance()), "width", kept, "height", "100%");
    page.close();
  }

  private String length(int units) {
    return Numbers.part(Math.max(units, longest * 0.015), longest);
  }
}
