package dev.espalier.experiment.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How a chart's series are told apart, with and without colour: the palette of Okabe and Ito (2008)
 * without its yellow, which is lost on white, a marker each, and dashes from the eighth on.
 */
final class Palette {
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x0072B2),
          new Color(0xD55E00),
          new Color(0x009E73),
          new Color(0xE69F00),
          new Color(0xCC79A7),
          new Color(0x56B4E9),
          new Color(0x000000));
  private static final List<Marker> MARKERS =
      List.of(
          SeriesMarkers.CIRCLE,
          SeriesMarkers.SQUARE,
          SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.DIAMOND,
          SeriesMarkers.TRIANGLE_DOWN,
          SeriesMarkers.CROSS);
  private static final float[][] DASHES = {null, {7, 4}, {2, 3}, {9, 3, 2, 3}};

  private Palette() {}

  static Color colour(int series) {
    return COLOURS.get(series % COLOURS.size());
  }

  static Marker marker(int series) {
    return MARKERS.get(series % MARKERS.size());
  }

  static BasicStroke line(int series) {
    float[] dash = DASHES[series / COLOURS.size() % DASHES.length];
    return new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0);
  }
}
