package dev.espalier.pruner.report.html;

import dev.espalier.html.Markup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Errors against shares, as lines with points.
 *
 * @param title for those who do not see it
 * @param points in the order of trying; drawn in the order of their share
 * @param limit a line across at this error
 */
record LineChart(String title, String description, List<Point> points, double limit)
    implements Part {
  private static final double WIDTH = 720;
  private static final double HEIGHT = 300;
  private static final double LEFT = 64;
  private static final double RIGHT = 44;
  private static final double TOP = 36;
  private static final double BOTTOM = 54;

  /**
   * @param share from 0 to 1
   * @param error at least 0
   * @param good drawn as a disc; others as a cross
   */
  record Point(double share, double error, boolean good, String label) {}

  @Override
  public void write(Markup page) {
    List<Double> errors = new ArrayList<>(points.stream().map(Point::error).toList());
    errors.removeIf(error -> !Double.isFinite(error));
    errors.add(limit);
    Scale scale = Scale.around(errors);
    page.open(
        "svg",
        "class",
        "chart",
        "viewBox",
        "0 0 " + Numbers.at(WIDTH) + " " + Numbers.at(HEIGHT),
        "role",
        "img");
    page.leaf("title", title).leaf("desc", description);
    axes(page, scale);
    double y = y(scale, limit);
    page.empty("path", "class", "limit", "d", line(LEFT, y, WIDTH - RIGHT, y));
    String name = "tolerance " + Numbers.round(limit);
    page.leaf("text", name, "class", "note", "x", Numbers.at(LEFT + 8), "y", Numbers.at(y - 7));
    curve(page, scale);
    page.close();
  }

  private void axes(Markup page, Scale scale) {
    for (double tick : scale.ticks()) {
      double y = y(scale, tick);
      page.empty("path", "class", "grid", "d", line(LEFT, y, WIDTH - RIGHT, y));
      page.leaf(
          "text",
          Numbers.round(tick),
          "class",
          "end",
          "x",
          Numbers.at(LEFT - 8),
          "y",
          Numbers.at(y + 4));
    }
    for (int percent = 0; percent <= 100; percent += 20) {
      page.leaf(
          "text",
          percent + " %",
          "class",
          "middle",
          "x",
          Numbers.at(x(percent / 100.0)),
          "y",
          Numbers.at(HEIGHT - BOTTOM + 20));
    }
    page.leaf(
        "text",
        "share of parameters removed",
        "class",
        "middle",
        "x",
        Numbers.at((LEFT + WIDTH - RIGHT) / 2),
        "y",
        Numbers.at(HEIGHT - 8));
    page.leaf("text", "error", "class", "end", "x", Numbers.at(LEFT - 8), "y", "16");
  }

  private void curve(Markup page, Scale scale) {
    StringBuilder path = new StringBuilder();
    points.stream()
        .sorted(Comparator.comparingDouble(Point::share))
        .forEach(
            point ->
                path.append(path.isEmpty() ? "M" : "L")
                    .append(Numbers.at(x(point.share)))
                    .append(' ')
                    .append(Numbers.at(y(scale, point.error))));
    page.empty("path", "class", "line", "d", path.toString());
    for (Point point : points) {
      String x = Numbers.at(x(point.share));
      String y = Numbers.at(y(scale, point.error));
      page.open("g", "transform", "translate(" + x + " " + y + ")");
      page.leaf("title", point.label);
      if (point.good) {
        page.empty("circle", "class", "in", "r", "5");
      } else {
        page.empty("path", "class", "out", "d", "M-5 -5L5 5M-5 5L5 -5");
      }
      page.close();
    }
  }

  private static double x(double share) {
    return LEFT + share * (WIDTH - LEFT - RIGHT);
  }

  private static double y(Scale scale, double error) {
    double position = Double.isFinite(error) ? scale.position(error) : 1;
    return HEIGHT - BOTTOM - position * (HEIGHT - TOP - BOTTOM);
  }

  private static String line(double x, double y, double toX, double toY) {
    return "M"
        + Numbers.at(x)
        + " "
        + Numbers.at(y)
        + "L"
        + Numbers.at(toX)
        + " "
        + Numbers.at(toY);
  }
}
