package dev.espalier.experiment.chart;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Draws charts as SVG, for a file or to stand in HTML. */
public final class Drawing {
  static final int WIDTH = 800;

  static {
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  private Drawing() {}

  /**
   * A chart as an {@code svg} element, 800 wide, on white ground, without prolog; its ids begin
   * with the chart's name, its {@code title} is the chart's, letters are outlines, so that it looks
   * the same everywhere.
   *
   * @throws DrawingException where this machine has no fonts
   */
  public static String svg(Chart chart) {
    Text.check();
    Picture picture =
        switch (chart) {
          case Chart.Lines lines -> new LinesPicture(lines);
          case Chart.Bars bars -> new BarsPicture(bars);
        };
    VectorGraphics2D graphics = new VectorGraphics2D();
    picture.paint(graphics);
    PageSize page = new PageSize(0, 0, WIDTH, picture.height());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new SVGProcessor().getDocument(graphics.getCommands(), page).writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Svg.clean(out.toByteArray(), chart.name(), chart.title(), WIDTH, picture.height());
  }
}
