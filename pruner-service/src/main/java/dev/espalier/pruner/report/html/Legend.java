package dev.espalier.pruner.report.html;

import dev.espalier.html.Markup;
import dev.espalier.pruner.report.Report.GroupCut;
import java.util.List;
import java.util.Objects;

/** How to read a bar. */
record Legend(Shades shades, List<GroupCut> groups) implements Part {
  @Override
  public void write(Markup page) {
    page.open("div", "class", "legend");
    page.open("span");
    swatch(page, "kept " + (shades.max() > 0 ? Shades.at(0.6) : "plain"), "60%");
    page.text("filled: units that stay; hatched: removed; length: how many there were");
    page.close();
    if (groups.stream().anyMatch(group -> group.components().size() > 1)) {
      page.open("span");
      page.leaf("i", "", "class", "swatch coupling", "aria-hidden", "true");
      page.text("outlined below the boxes: a coupling, wired to the components that it ties");
      page.close();
    }
    if (groups.stream().map(GroupCut::importance).anyMatch(Objects::nonNull)) {
      page.open("span");
      ramp(page);
      page.text("shade: importance, 0 to " + Numbers.significant(shades.max()));
      page.close();
    }
    page.close();
  }

  private static void swatch(Markup page, String kept, String width) {
    page.open("svg", "class", "swatch", "width", "44", "height", "10", "aria-hidden", "true");
    page.empty("rect", "class", "gone", "width", "100%", "height", "100%");
    page.empty("rect", "class", "gone-hatch", "width", "100%", "height", "100%");
    page.empty("rect", "class", kept, "width", width, "height", "100%");
    page.close();
  }

  static void ramp(Markup page) {
    page.open("svg", "class", "swatch", "width", "84", "height", "10", "aria-hidden", "true");
    for (int i = 0; i < 7; i++) {
      page.empty(
          "rect", "class", "s" + i, "x", String.valueOf(12 * i), "width", "12", "height", "100%");
    }
    page.close();
  }
}
