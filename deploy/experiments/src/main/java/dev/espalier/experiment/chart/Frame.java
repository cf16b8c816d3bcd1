package dev.espalier.experiment.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/**
 * What stands around the data: title, axes, grid.
 *
 * @param plot where the data are, in pixels
 */
record Frame(String title, String xLabel, String yLabel, Rectangle2D plot, int height) {
  static final int TOP = 22;
  private static final Color GRID = new Color(0xE3E7E3);
  private static final Color EDGE = new Color(0x9AA59D);
  private static final BasicStroke HAIR = new BasicStroke(1);

  static List<String> titleLines(String title) {
    return Text.wrapAll(title, Text.TITLE, Drawing.WIDTH - 32);
  }

  /** How far down a title reaches. */
  static double titleHeight(String title) {
    return TOP + titleLines(title).size() * 20;
  }

  /** Room for the labels of the vertical axis, and its name. */
  static double left(List<Scale.Tick> ticks) {
    return 40 + Text.width(ticks.stream().map(Scale.Tick::label).toList(), Text.SMALL);
  }

  void paintGround(Graphics2D graphics) {
    graphics.setColor(Color.WHITE);
    graphics.fill(new Rectangle2D.Double(0, 0, Drawing.WIDTH, height));
    graphics.setColor(Text.INK);
    double y = TOP + 4;
    for (String line : titleLines(title)) {
      Text.draw(graphics, line, Text.TITLE, Text.Anchor.START, 16, y, 0);
      y += 20;
    }
    graphics.setColor(Text.INK);
    Font across = Text.fitted(xLabel, Text.NORMAL, plot.getWidth());
    Text.draw(graphics, xLabel, across, Text.Anchor.MIDDLE, plot.getCenterX(), height - 12, 0);
    Font up = Text.fitted(yLabel, Text.NORMAL, plot.getHeight());
    Text.draw(graphics, yLabel, up, Text.Anchor.MIDDLE, 22, plot.getCenterY(), -Math.PI / 2);
  }

  void paintY(Graphics2D graphics, Scale scale, List<Scale.Tick> ticks) {
    for (Scale.Tick tick : ticks) {
      double y = y(scale, tick.place());
      line(graphics, GRID, plot.getMinX(), y, plot.getMaxX(), y);
      graphics.setColor(Text.MUTED);
      Text.draw(graphics, tick.label(), Text.SMALL, Text.Anchor.END, plot.getMinX() - 7, y + 4, 0);
    }
  }

  void paintX(Graphics2D graphics, Scale scale, List<Scale.Tick> ticks) {
    for (Scale.Tick tick : ticks) {
      double x = x(scale, tick.place());
      line(graphics, GRID, x, plot.getMinY(), x, plot.getMaxY());
      line(graphics, EDGE, x, plot.getMaxY(), x, plot.getMaxY() + 4);
      graphics.setColor(Text.MUTED);
      Text.draw(graphics, tick.label(), Text.SMALL, Text.Anchor.MIDDLE, x, plot.getMaxY() + 18, 0);
    }
  }

  /** The axes themselves, over the grid; the horizontal one where the values begin. */
  void paintAxes(Graphics2D graphics, double bottom) {
    line(graphics, EDGE, plot.getMinX(), plot.getMinY(), plot.getMinX(), plot.getMaxY());
    line(graphics, EDGE, plot.getMinX(), bottom, plot.getMaxX(), bottom);
  }

  void paintEmpty(Graphics2D graphics) {
    graphics.setColor(Text.MUTED);
    Text.draw(
        graphics,
        "nothing to show",
        Text.NORMAL,
        Text.Anchor.MIDDLE,
        plot.getCenterX(),
        plot.getCenterY(),
        0);
  }

  double x(Scale scale, double place) {
    return plot.getMinX() + scale.share(place) * plot.getWidth();
  }

  double y(Scale scale, double place) {
    return plot.getMaxY() - scale.share(place) * plot.getHeight();
  }

  private static void line(
      Graphics2D graphics, Color colour, double x, double y, double toX, double toY) {
    graphics.setColor(colour);
    graphics.setStroke(HAIR);
    graphics.draw(new Line2D.Double(x, y, toX, toY));
  }
}
