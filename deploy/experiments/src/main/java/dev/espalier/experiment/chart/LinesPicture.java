package dev.espalier.experiment.chart;

import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Lines in their frame. */
final class LinesPicture implements Picture {
  private static final int MOST_MARKERS = 16;
  private static final int BOTTOM = 52;
  private final Chart.Lines chart;
  private final Scale x;
  private final Scale y;
  private final Legend legend;
  private final int height;

  LinesPicture(Chart.Lines chart) {
    this.chart = chart;
    x = Scale.around(allX(), chart.x().logarithmic(), false);
    y = Scale.around(allY(), chart.y().logarithmic(), false);
    legend = Legend.of(chart.lines().stream().map(Chart.Line::label).toList(), true);
    double top = Frame.titleHeight(chart.title());
    height = (int) Math.max(380 + top, top + legend.height() + BOTTOM);
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public void paint(Graphics2D graphics) {
    List<Scale.Tick> yTicks = y.ticks(8);
    int left = (int) Frame.left(yTicks);
    int top = (int) Frame.titleHeight(chart.title());
    int width = (int) (Drawing.WIDTH - left - legend.width());
    Rectangle2D plot = new Rectangle2D.Double(left, top, width, height - BOTTOM - top);
    Frame frame =
        new Frame(
            chart.title(), x.named(chart.x(), allX()), y.named(chart.y(), values()), plot, height);
    frame.paintGround(graphics);
    frame.paintY(graphics, y, yTicks);
    frame.paintX(graphics, x, xTicks(width));
    frame.paintAxes(graphics, plot.getMaxY());
    for (int i = 0; i < chart.lines().size(); i++) {
      path(graphics, frame, chart.lines().get(i), i);
      points(graphics, frame, chart.lines().get(i), i);
    }
    if (allY().length == 0) {
      frame.paintEmpty(graphics);
    }
    legend.paint(graphics, plot.getMaxX(), top);
  }

  /** The values themselves where they are few and stand apart, round ones else. */
  private List<Scale.Tick> xTicks(double width) {
    List<Scale.Tick> own = x.ticks(allX());
    for (int i = 0; i < own.size(); i++) {
      double before = i == 0 ? Double.NEGATIVE_INFINITY : x.share(own.get(i - 1).place()) * width;
      double room = Text.width(own.get(i).label(), Text.SMALL) + 14;
      if (own.size() > 12 || x.share(own.get(i).place()) * width - before < room) {
        return x.ticks((int) (width / 60));
      }
    }
    return own;
  }

  /** One path a line: XChart strokes each piece on its own, which breaks dashes. */
  private void path(Graphics2D graphics, Frame frame, Chart.Line line, int series) {
    Path2D path = new Path2D.Double();
    for (int point : shown(line)) {
      double atX = frame.x(x, x.place(line.x()[point]));
      double atY = frame.y(y, y.place(line.y()[point]));
      if (path.getCurrentPoint() == null) {
        path.moveTo(atX, atY);
      } else {
        path.lineTo(atX, atY);
      }
    }
    if (path.getCurrentPoint() != null) {
      graphics.setColor(Palette.colour(series));
      graphics.setStroke(Palette.line(series));
      graphics.draw(path);
    }
  }

  /** Intervals, and markers at most at some of many points. */
  private void points(Graphics2D graphics, Frame frame, Chart.Line line, int series) {
    int[] shown = shown(line);
    int every = 1 + (shown.length - 1) / MOST_MARKERS;
    for (int i = 0; i < shown.length; i++) {
      int point = shown[i];
      double atX = frame.x(x, x.place(line.x()[point]));
      double atY = frame.y(y, y.place(line.y()[point]));
      if (line.low().length > 0) {
        double low = place(line.low()[point], frame);
        double high = place(line.high()[point], frame);
        Plotting.interval(graphics, Palette.colour(series), frame.plot(), atX, low, high);
      }
      if (i % every == (shown.length <= MOST_MARKERS ? 0 : series % every)) {
        graphics.setColor(Palette.colour(series));
        Palette.marker(series).paint(graphics, atX, atY, Plotting.MARKER);
      }
    }
  }

  private double place(double value, Frame frame) {
    return y.holds(value) ? frame.y(y, y.place(value)) : frame.plot().getMaxY() + 1;
  }

  private int[] shown(Chart.Line line) {
    return IntStream.range(0, line.x().length)
        .filter(i -> x.holds(line.x()[i]) && y.holds(line.y()[i]))
        .toArray();
  }

  private double[] allX() {
    return chart.lines().stream().flatMapToDouble(line -> Arrays.stream(line.x())).toArray();
  }

  private double[] values() {
    return chart.lines().stream().flatMapToDouble(line -> Arrays.stream(line.y())).toArray();
  }

  private double[] allY() {
    return chart.lines().stream()
        .flatMap(line -> Stream.of(line.y(), line.low(), line.high()))
        .flatMapToDouble(Arrays::stream)
        .filter(Double::isFinite)
        .toArray();
  }
}
