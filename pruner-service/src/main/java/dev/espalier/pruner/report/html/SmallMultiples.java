package dev.espalier.pruner.report.html;

import dev.espalier.html.Escape;
import dev.espalier.html.Markup;
import dev.espalier.pruner.report.SensitivityReport.GroupSensitivity;
import dev.espalier.pruner.report.SensitivityReport.Point;
import java.util.List;

/** A small chart for each of the most sensitive groups, all to one scale. */
record SmallMultiples(List<GroupSensitivity> groups) implements Part {
  static final int MOST = 24;
  private static final double WIDTH = 200;
  private static final double HEIGHT = 96;
  private static final double EDGE = 6;

  @Override
  public void write(Markup page) {
    page.open("section", "class", "card", "id", "curves");
    page.leaf("h2", "Error against share removed");
    Scale scale = scale();
    String most = groups.size() > MOST ? "The %d most sensitive groups. ".formatted(MOST) : "";
    page.leaf(
        "p",
        most
            + "Across: share of the group’s units removed, 0 to 100 %. Up: relative error, 0 to "
            + Numbers.round(scale.to())
            + " in every chart. A group whose curve stays low can be cut.",
        "class",
        "muted");
    page.open("div", "class", "multiples");
    groups.stream().limit(MOST).forEach(group -> chart(page, group, scale));
    page.close().close();
  }

  private static void chart(Markup page, GroupSensitivity group, Scale scale) {
    List<Point> points = group.points().stream().filter(p -> p.error() != null).toList();
    page.open("figure");
    page.leaf("figcaption", Escape.clip(group.id(), 40));
    page.open(
        "svg",
        "class",
        "small-chart",
        "viewBox",
        "0 0 %s %s".formatted(Numbers.at(WIDTH), Numbers.at(HEIGHT)),
        "role",
        "img");
    page.leaf("title", "Error of " + Escape.clip(group.id(), 40));
    page.leaf("desc", description(group.points()));
    page.empty("path", "class", "grid", "d", "M6 6H194M6 48H194M6 90H194M6 6V90M100 6V90M194 6V90");
    if (!points.isEmpty()) {
      StringBuilder line = new StringBuilder("M6 90");
      for (Point point : points) {
        line.append('L').append(x(point)).append(' ').append(y(point, scale));
      }
      String under = line + "L" + x(points.getLast()) + " 90Z";
      page.empty("path", "class", "area", "d", under);
      page.empty("path", "class", "line", "d", line.toString());
      points.forEach(
          p -> page.empty("circle", "class", "in", "cx", x(p), "cy", y(p, scale), "r", "2.5"));
    }
    page.close();
    page.leaf("p", description(group.points()), "class", "muted note").close();
  }

  private static String description(List<Point> points) {
    if (points.isEmpty()) {
      return "not tried";
    }
    Point last = points.getLast();
    String error = last.error() == null ? "not finite" : Numbers.significant(last.error());
    return error + " at " + Numbers.round(100 * last.share()) + " %" + " removed";
  }

  /** An error of 1 is as large as the output: above it nothing more can be said. */
  private Scale scale() {
    double max =
        groups.stream()
            .flatMap(group -> group.points().stream())
            .filter(point -> point.error() != null)
            .mapToDouble(Point::error)
            .max()
            .orElse(0);
    return new Scale(0, max > 0 ? Scale.around(List.of(Math.min(1, max))).to() : 1, false);
  }

  private static String x(Point point) {
    return Numbers.at(EDGE + point.share() * (WIDTH - 2 * EDGE));
  }

  private static String y(Point point, Scale scale) {
    return Numbers.at(HEIGHT - EDGE - scale.position(point.error()) * (HEIGHT - 2 * EDGE));
  }
}
