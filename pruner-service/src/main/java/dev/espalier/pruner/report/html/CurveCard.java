package dev.espalier.pruner.report.html;

import dev.espalier.html.Markup;
import dev.espalier.pruner.report.Report;
import java.util.List;

/** The search for the smallest network within a tolerance. */
record CurveCard(List<Report.CurvePoint> curve, double tolerance) implements Part {
  private static final int MOST = 200;

  @Override
  public void write(Markup page) {
    List<Report.CurvePoint> shown = curve.subList(0, Math.min(MOST, curve.size()));
    long within = shown.stream().filter(Report.CurvePoint::within).count();
    page.open("section", "class", "card", "id", "curve");
    page.leaf("h2", "Search for the tolerance");
    page.leaf(
        "p",
        "Each point is a network that was cut and compared: a disc is within the tolerance, a cross is"
            + " not.",
        "class",
        "muted");
    page.open("div", "class", "beside");
    new LineChart(
            "Relative error against share of parameters removed",
            "%d networks tried, %d within the tolerance of %s. The table below holds the numbers."
                .formatted(shown.size(), within, Numbers.round(tolerance)),
            shown.stream().map(CurveCard::point).toList(),
            tolerance)
        .write(page);
    table(page, shown);
    page.close().close();
  }

  private static void table(Markup page, List<Report.CurvePoint> shown) {
    page.open("div", "class", "steps");
    page.open("table", "class", "numbers").open("tr");
    for (String head : List.of("Step", "Share", "Parameters", "Error", "Within")) {
      page.leaf("th", head, "scope", "col");
    }
    page.close();
    for (int i = 0; i < shown.size(); i++) {
      Report.CurvePoint point = shown.get(i);
      page.open("tr");
      page.leaf("td", String.valueOf(i + 1));
      page.leaf("td", Numbers.percent(point.share()));
      page.leaf("td", Numbers.count(point.parameters()));
      page.leaf("td", Numbers.significant(point.error()));
      page.leaf("td", point.within() ? "yes" : "no");
      page.close();
    }
    page.close().close();
  }

  private static LineChart.Point point(Report.CurvePoint point) {
    return new LineChart.Point(
        point.share(),
        point.error(),
        point.within(),
        "%s removed, error %s"
            .formatted(Numbers.percent(point.share()), Numbers.significant(point.error())));
  }
}
