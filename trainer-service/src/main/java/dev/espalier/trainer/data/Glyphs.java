package dev.espalier.trainer.data;

import java.util.ArrayList;
import java.util.List;

/**
 * The ten digits as pen strokes: polylines in a square with x to the right and y down, both in [0,
 * 1].
 */
final class Glyphs {
  /** A stroke's points, x and y in turn. */
  private static final List<List<float[]>> DIGITS =
      List.of(
          List.of(arc(0.5, 0.5, 0.25, 0.38, -90, 270)),
          List.of(line(0.36, 0.26, 0.53, 0.12, 0.53, 0.88)),
          List.of(
              join(arc(0.49, 0.34, 0.23, 0.22, -170, 35), line(0.66, 0.5, 0.26, 0.87, 0.76, 0.87))),
          List.of(
              join(arc(0.46, 0.31, 0.22, 0.19, -150, 90), arc(0.46, 0.68, 0.25, 0.2, -90, 150))),
          List.of(line(0.58, 0.12, 0.24, 0.62, 0.79, 0.62), line(0.62, 0.38, 0.62, 0.9)),
          List.of(
              join(
                  line(0.72, 0.13, 0.34, 0.13, 0.31, 0.45),
                  arc(0.47, 0.64, 0.25, 0.23, -125, 145))),
          List.of(
              join(
                  line(0.64, 0.12, 0.46, 0.27, 0.33, 0.47), arc(0.5, 0.66, 0.21, 0.22, -180, 180))),
          List.of(line(0.25, 0.14, 0.76, 0.14, 0.43, 0.88)),
          List.of(arc(0.5, 0.3, 0.19, 0.18, 90, 450), arc(0.5, 0.68, 0.23, 0.2, -90, 270)),
          List.of(
              join(arc(0.49, 0.34, 0.21, 0.21, 0, 360), line(0.7, 0.34, 0.68, 0.6, 0.6, 0.88))));

  private Glyphs() {}

  /**
   * @param digit 0 to 9
   */
  static List<float[]> strokes(int digit) {
    return DIGITS.get(digit);
  }

  /** A polyline with its segments halved until a warp can bend them. */
  private static float[] line(double... points) {
    List<Float> fine = new ArrayList<>();
    int pieces = 6;
    for (int i = 0; i + 3 < points.length; i += 2) {
      for (int k = 0; k < pieces; k++) {
        double t = (double) k / pieces;
        fine.add((float) (points[i] + t * (points[i + 2] - points[i])));
        fine.add((float) (points[i + 1] + t * (points[i + 3] - points[i + 1])));
      }
    }
    fine.add((float) points[points.length - 2]);
    fine.add((float) points[points.length - 1]);
    return array(fine);
  }

  /** Part of an ellipse; angles in degrees, clockwise from the right. */
  private static float[] arc(
      double centreX, double centreY, double radiusX, double radiusY, double from, double to) {
    int pieces = (int) Math.ceil(Math.abs(to - from) / 18);
    List<Float> points = new ArrayList<>();
    for (int k = 0; k <= pieces; k++) {
      double angle = Math.toRadians(from + (to - from) * k / pieces);
      points.add((float) (centreX + radiusX * Math.cos(angle)));
      points.add((float) (centreY + radiusY * Math.sin(angle)));
    }
    return array(points);
  }

  private static float[] join(float[] first, float[] second) {
    float[] joined = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  private static float[] array(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }
}
