package dev.espalier.pruner.report.html;

import dev.espalier.html.Markup;
import dev.espalier.pruner.report.Report;

/** What the model cost before and costs now. */
record Tiles(Report.Size before, Report.Size after) implements Part {
  @Override
  public void write(Markup page) {
    page.open("section", "class", "tiles", "aria-label", "Sizes before and after");
    tile(
        page,
        "Parameters",
        before.parameters(),
        after.parameters(),
        Numbers.count(before.parameters()),
        Numbers.count(after.parameters()));
    tile(
        page,
        "Multiply-accumulates",
        before.macs(),
        after.macs(),
        Numbers.count(before.macs()),
        Numbers.count(after.macs()));
    tile(
        page,
        "File size",
        before.bytes(),
        after.bytes(),
        Numbers.bytes(before.bytes()),
        Numbers.bytes(after.bytes()));
    tile(
        page,
        "Latency",
        before.latencyMs(),
        after.latencyMs(),
        Numbers.milliseconds(before.latencyMs()),
        Numbers.milliseconds(after.latencyMs()));
    page.close();
  }

  private static void tile(
      Markup page, String name, double before, double after, String from, String to) {
    double whole = Math.max(before, after);
    page.open("div", "class", "tile");
    page.leaf("h2", name);
    page.leaf("p", Numbers.change(before, after), "class", "figure");
    row(page, "before", from, Numbers.part(before, whole));
    row(page, "after", to, Numbers.part(after, whole));
    page.close();
  }

  private static void row(Markup page, String when, String value, String width) {
    page.open("div", "class", "pair");
    page.leaf("span", when, "class", "muted").leaf("span", value, "class", "value");
    page.open("svg", "class", "bar thin", "aria-hidden", "true");
    page.empty("rect", "class", "track", "width", "100%", "height", "100%");
    page.empty("rect", "class", when, "width", width, "height", "100%");
    page.close().close();
  }
}
