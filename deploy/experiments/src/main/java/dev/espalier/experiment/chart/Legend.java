package dev.espalier.experiment.chart;

import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/** Names of the series, below each other, to the right of the plot. */
record Legend(List<List<String>> labels, boolean lines) {
  private static final double MOST_WIDTH = 190;
  private static final double KEY = 30;
  private static final double GAP = 6;

  /**
   * @param lines whether the series are lines, else bars
   */
  static Legend of(List<String> labels, boolean lines) {
    return new Legend(
        labels.stream().map(label -> Text.wrapAll(label, Text.SMALL, MOST_WIDTH)).toList(), lines);
  }

  /** With its distances to both sides. */
  double width() {
    double text =
        labels.stream().mapToDouble(label -> Text.width(label, Text.SMALL)).max().orElse(0);
    return text == 0 ? 24 : 20 + KEY + 8 + text + 16;
  }

  double height() {
    return labels.stream().mapToDouble(label -> label.size() * Text.LINE + GAP).sum();
  }

  void paint(Graphics2D graphics, double x, double top) {
    double y = top + Text.LINE / 2;
    for (int i = 0; i < labels.size(); i++) {
      if (!labels.get(i).equals(List.of(""))) {
        key(graphics, i, x + 20, y);
      }
      graphics.setColor(Text.INK);
      double line = y + 4;
      for (String part : labels.get(i)) {
        Text.draw(graphics, part, Text.SMALL, Text.Anchor.START, x + 28 + KEY, line, 0);
        line += Text.LINE;
      }
      y += labels.get(i).size() * Text.LINE + GAP;
    }
  }

  private void key(Graphics2D graphics, int series, double x, double y) {
    graphics.setColor(Palette.colour(series));
    if (lines) {
      graphics.setStroke(Palette.line(series));
      graphics.draw(new Line2D.Double(x, y, x + KEY, y));
      Palette.marker(series).paint(graphics, x + KEY / 2, y, Plotting.MARKER);
    } else {
      graphics.fill(new Rectangle2D.Double(x + KEY - 14, y - 6, 12, 12));
    }
  }
}
