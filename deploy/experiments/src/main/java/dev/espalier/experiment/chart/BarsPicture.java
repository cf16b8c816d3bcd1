package dev.espalier.experiment.chart;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;

/** Groups of bars in their frame. */
final class BarsPicture implements Picture {
  private static final double FILL = 0.78;
  private final Chart.Bars chart;
  private final Scale y;
  private final List<Scale.Tick> ticks;
  private final Legend legend;
  private final CategoryLabels labels;
  private final Rectangle2D plot;
  private final int height;

  BarsPicture(Chart.Bars chart) {
    this.chart = chart;
    y = Scale.around(allY(), chart.y().logarithmic(), true);
    ticks = y.ticks(8);
    legend = Legend.of(chart.bars().stream().map(Chart.Bar::label).toList(), false);
    double top = Frame.titleHeight(chart.title());
    double left = Frame.left(ticks);
    double right = Drawing.WIDTH - legend.width();
    labels = CategoryLabels.of(chart.categories(), left, right - left);
    left = Math.max(left, labels.left(right));
    double high = Math.max(310, legend.height());
    plot = new Rectangle2D.Double((int) left, (int) top, (int) (right - left), (int) high);
    height = (int) (plot.getMaxY() + labels.height() + 26);
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public void paint(Graphics2D graphics) {
    Frame frame = new Frame(chart.title(), "", y.named(chart.y(), values()), plot, height);
    frame.paintGround(graphics);
    frame.paintY(graphics, y, ticks);
    bars(graphics);
    frame.paintAxes(graphics, frame.y(y, base()));
    for (int i = 0; i < chart.bars().size(); i++) {
      intervals(graphics, frame, i);
    }
    if (allY().length == 0) {
      frame.paintEmpty(graphics);
    }
    labels.paint(graphics, plot);
    legend.paint(graphics, plot.getMaxX(), plot.getMinY());
  }

  /** Where bars begin: 0, or the lower end of a logarithmic axis. */
  private double base() {
    return y.logarithmic() ? y.from() : 0;
  }

  private void bars(Graphics2D graphics) {
    CategoryChart bars = new CategoryChart((int) plot.getWidth(), (int) plot.getHeight());
    Plotting.strip(bars.getStyler());
    bars.getStyler().setAvailableSpaceFill(FILL);
    bars.getStyler().setYAxisMin(y.from() - base()).setYAxisMax(y.to() - base());
    List<Integer> categories = IntStream.range(0, chart.categories().size()).boxed().toList();
    for (int i = 0; i < chart.bars().size() && !categories.isEmpty(); i++) {
      List<Double> lengths =
          Arrays.stream(chart.bars().get(i).value())
              .mapToObj(value -> y.holds(value) ? y.place(value) - base() : 0.0)
              .toList();
      CategorySeries series = bars.addSeries(String.valueOf(i), categories, lengths);
      series.setFillColor(Palette.colour(i));
    }
    if (!bars.getSeriesMap().isEmpty()) {
      Plotting.paint(graphics, bars, plot);
    }
  }

  private void intervals(Graphics2D graphics, Frame frame, int series) {
    Chart.Bar bar = chart.bars().get(series);
    double group = plot.getWidth() / chart.categories().size();
    double width = group * FILL / chart.bars().size();
    for (int i = 0; i < bar.low().length; i++) {
      if (y.holds(bar.high()[i]) && Double.isFinite(bar.low()[i] - bar.high()[i])) {
        double x = plot.getMinX() + group * (i + (1 - FILL) / 2) + width * (series + 0.5);
        double low = y.holds(bar.low()[i]) ? frame.y(y, y.place(bar.low()[i])) : plot.getMaxY() + 1;
        double high = frame.y(y, y.place(bar.high()[i]));
        Plotting.interval(graphics, Text.INK, plot, x, low, high);
      }
    }
  }

  private double[] values() {
    return chart.bars().stream().flatMapToDouble(bar -> Arrays.stream(bar.value())).toArray();
  }

  private double[] allY() {
    return chart.bars().stream()
        .flatMap(bar -> Stream.of(bar.value(), bar.low(), bar.high()))
        .flatMapToDouble(Arrays::stream)
        .filter(Double::isFinite)
        .toArray();
  }
}
