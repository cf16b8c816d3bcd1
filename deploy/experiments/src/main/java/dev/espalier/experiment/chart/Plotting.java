package dev.espalier.experiment.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;

/** Has XChart fill just the plot; all around it is the frame's. */
final class Plotting {
  static final int MARKER = 7;
  private static final Color NONE = new Color(255, 255, 255, 0);
  private static final BasicStroke THIN = new BasicStroke(1.2f);

  private Plotting() {}

  /** Takes from a chart everything but its data. */
  static void strip(AxesChartStyler styler) {
    styler.setAxisTicksVisible(false).setPlotMargin(0).setPlotGridLinesVisible(false);
    styler.setAxisTitlesVisible(false).setAxisTicksLineVisible(false);
    styler.setLegendVisible(false).setChartTitleVisible(false).setChartPadding(0);
    styler.setPlotContentSize(1).setPlotBorderVisible(false);
    styler.setChartBackgroundColor(NONE).setPlotBackgroundColor(NONE);
    styler.setMarkerSize(MARKER);
  }

  static void paint(Graphics2D graphics, Chart<?, ?> chart, Rectangle2D plot) {
    graphics.translate(plot.getX(), plot.getY());
    chart.paint(graphics, (int) plot.getWidth(), (int) plot.getHeight());
    graphics.translate(-plot.getX(), -plot.getY());
    graphics.setClip(null);
  }

  /**
   * An interval, with a stroke at each end that lies within the plot.
   *
   * @param low lower end in pixels, the larger number
   */
  static void interval(
      Graphics2D graphics, Color colour, Rectangle2D plot, double x, double low, double high) {
    double bottom = Math.min(low, plot.getMaxY());
    double top = Math.max(high, plot.getMinY());
    graphics.setColor(colour);
    graphics.setStroke(THIN);
    graphics.draw(new Line2D.Double(x, bottom, x, top));
    if (bottom == low) {
      graphics.draw(new Line2D.Double(x - 3.5, low, x + 3.5, low));
    }
    if (top == high) {
      graphics.draw(new Line2D.Double(x - 3.5, high, x + 3.5, high));
    }
  }
}
