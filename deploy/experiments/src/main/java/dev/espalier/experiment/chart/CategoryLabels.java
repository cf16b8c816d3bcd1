package dev.espalier.experiment.chart;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/**
 * Names of categories below a plot: in lines where they fit below their bars, turned else.
 *
 * @param labels in lines
 * @param turned whether they lean
 */
record CategoryLabels(List<List<String>> labels, boolean turned) {
  private static final double TURN = Math.toRadians(35);
  private static final double MOST_TURNED = 180;
  private static final int MOST_LINES = 3;

  static CategoryLabels of(List<String> categories, double left, double width) {
    double room = width / Math.max(1, categories.size()) - 8;
    List<List<String>> level =
        categories.stream().map(category -> Text.wrap(category, Text.SMALL, room)).toList();
    boolean fits =
        level.stream()
            .allMatch(lines -> lines.size() <= MOST_LINES && Text.width(lines, Text.SMALL) <= room);
    return fits
        ? new CategoryLabels(level, false)
        : new CategoryLabels(
            categories.stream()
                .map(category -> Text.wrapAll(category, Text.SMALL, MOST_TURNED))
                .toList(),
            true);
  }

  /** How far right the plot must begin, so that no label leaves the picture. */
  double left(double right) {
    if (!turned) {
      return 0;
    }
    double left = 0;
    for (int i = 0; i < labels.size(); i++) {
      double reach = Text.width(labels.get(i), Text.SMALL) * Math.cos(TURN) + 34;
      double share = (i + 0.5) / labels.size();
      left = Math.max(left, (reach - share * right) / (1 - share));
    }
    return left;
  }

  double height() {
    double height = 0;
    for (List<String> lines : labels) {
      double down = lines.size() * Text.LINE;
      height =
          Math.max(
              height,
              turned
                  ? Text.width(lines, Text.SMALL) * Math.sin(TURN) + down * Math.cos(TURN)
                  : down);
    }
    return height + 6;
  }

  void paint(Graphics2D graphics, Rectangle2D plot) {
    graphics.setColor(Text.MUTED);
    double group = plot.getWidth() / labels.size();
    for (int i = 0; i < labels.size(); i++) {
      double x = plot.getMinX() + group * (i + 0.5);
      double y = plot.getMaxY() + (turned ? 14 : 18);
      for (String line : labels.get(i)) {
        Text.Anchor anchor = turned ? Text.Anchor.END : Text.Anchor.MIDDLE;
        Text.draw(graphics, line, Text.SMALL, anchor, x, y, turned ? -TURN : 0);
        x += turned ? Math.sin(TURN) * Text.LINE : 0;
        y += turned ? Math.cos(TURN) * Text.LINE : Text.LINE;
      }
    }
  }
}
