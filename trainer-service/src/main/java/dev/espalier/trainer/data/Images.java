package dev.espalier.trainer.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.trainer.InvalidInput;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Grey images, one byte a pixel: 0 is black, 255 white.
 *
 * @param rows height, at least 1
 * @param columns width, at least 1
 * @param pixels [count, rows, columns]
 */
public record Images(int rows, int columns, byte[] pixels) {
  private static final float[] INTENSITY = new float[256];

  static {
    for (int i = 0; i < INTENSITY.length; i++) {
      INTENSITY[i] = i / 255f;
    }
  }

  public Images {
    if (rows < 1 || columns < 1 || pixels.length % Math.multiplyExact(rows, columns) != 0) {
      throw new InvalidInput(
          "images", rows + "x" + columns, pixels.length + " pixels are no whole number of these");
    }
  }

  /** Number of images. */
  public int count() {
    return pixels.length / size();
  }

  /** Pixels of an image. */
  public int size() {
    return rows * columns;
  }

  /**
   * Appends one image to a buffer, pixels as floats in [0, 1].
   *
   * @param index from 0
   */
  public void copy(int index, FloatBuffer target) {
    int from = index * size();
    for (int i = 0; i < size(); i++) {
      target.put(INTENSITY[pixels[from + i] & 0xff]);
    }
  }

  /** The indices 0 to count - 1. */
  public static int[] order(int count) {
    return IntStream.range(0, count).toArray();
  }

  /** The indices 0 to count - 1 in a random order. */
  public static int[] shuffled(int count, SplittableRandom random) {
    int[] order = order(count);
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }

  /** The images from one index to below another. */
  public Images range(int from, int to) {
    return new Images(rows, columns, Arrays.copyOfRange(pixels, from * size(), to * size()));
  }

  void update(MessageDigest digest) {
    digest.update((rows + "x" + columns + "x" + count() + ";").getBytes(UTF_8));
    digest.update(pixels);
  }
}
