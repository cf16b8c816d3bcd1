package dev.espalier.trainer.data;

import java.util.SplittableRandom;

/**
 * Digits drawn as anti-aliased pen strokes, each bent, turned, sheared, scaled, moved and thickened
 * at random. The same seed gives the same images.
 */
public final class DrawnDigits {
  /** Height and width of an image. */
  public static final int SIDE = 28;

  /** Fewest and most that can be drawn at once. */
  public static final int FEWEST = 100;

  public static final int MOST = 60_000;

  private DrawnDigits() {}

  /**
   * @param count images wanted, at least 1
   * @param seed seed of all that varies
   * @return images of {@link #digit digits} 0 to 9 in turn
   */
  public static Images draw(int count, long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    byte[] pixels = new byte[Math.multiplyExact(count, SIDE * SIDE)];
    float[] canvas = new float[SIDE * SIDE];
    for (int i = 0; i < count; i++) {
      java.util.Arrays.fill(canvas, 0f);
      draw(digit(i), seeds.split(), canvas);
      for (int p = 0; p < canvas.length; p++) {
        pixels[i * canvas.length + p] = (byte) Math.round(255 * canvas[p]);
      }
    }
    return new Images(SIDE, SIDE, pixels);
  }

  /** The digit that an image shows. */
  public static int digit(int index) {
    return index % 10;
  }

  private static void draw(int digit, SplittableRandom random, float[] canvas) {
    PenWarp warp = new PenWarp(random);
    float radius = (float) random.nextDouble(0.8, 1.7);
    for (float[] stroke : Glyphs.strokes(digit)) {
      float[] points = new float[stroke.length];
      for (int i = 0; i < stroke.length; i += 2) {
        points[i] = SIDE * warp.x(stroke[i], stroke[i + 1]);
        points[i + 1] = SIDE * warp.y(stroke[i], stroke[i + 1]);
      }
      for (int i = 0; i + 3 < points.length; i += 2) {
        segment(canvas, points[i], points[i + 1], points[i + 2], points[i + 3], radius);
      }
    }
  }

  /** Paints a segment with a round pen; a pixel takes the coverage, at most what it had. */
  private static void segment(
      float[] canvas, float x0, float y0, float x1, float y1, float radius) {
    float reach = radius + 1;
    int left = Math.max(0, (int) Math.floor(Math.min(x0, x1) - reach));
    int right = Math.min(SIDE - 1, (int) Math.ceil(Math.max(x0, x1) + reach));
    int top = Math.max(0, (int) Math.floor(Math.min(y0, y1) - reach));
    int bottom = Math.min(SIDE - 1, (int) Math.ceil(Math.max(y0, y1) + reach));
    float dx = x1 - x0;
    float dy = y1 - y0;
    float square = Math.max(dx * dx + dy * dy, 1e-9f);
    for (int row = top; row <= bottom; row++) {
      for (int column = left; column <= right; column++) {
        float px = column + 0.5f - x0;
        float py = row + 0.5f - y0;
        float t = Math.clamp((px * dx + py * dy) / square, 0f, 1f);
        float ex = px - t * dx;
        float ey = py - t * dy;
        float distance = (float) Math.sqrt(ex * ex + ey * ey);
        float coverage = Math.clamp(radius + 0.5f - distance, 0f, 1f);
        int at = row * SIDE + column;
        canvas[at] = Math.max(canvas[at], coverage);
      }
    }
  }
}
