package dev.espalier.trainer.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.trainer.InvalidInput;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Grey images, one byte a pixel: 0 is black, 255 white.
 *
 * @param rows height, at least 1
 * @param columns width, at least 1
 * @param pixels [count, rows, columns]
 */
public record Images(int rows, int columns, byte[] pixels) implements Examples {
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

  @Override
  public int count() {
    return pixels.length / size();
  }

  /** All pixels of an image in a row. */
  @Override
  public int[] shape() {
    return new int[] {size()};
  }

  @Override
  public int size() {
    return rows * columns;
  }

  /** Intensities in [0, 1] are no integers. */
  @Override
  public boolean integers() {
    return false;
  }

  /** Appends one image to a buffer, pixels as floats in [0, 1]. */
  @Override
  public void copy(int index, FloatBuffer target) {
    int from = index * size();
    for (int i = 0; i < size(); i++) {
      target.put(INTENSITY[pixels[from + i] & 0xff]);
    }
  }

  /** Appends one image to a buffer, pixels from 0 to 255. */
  @Override
  public void copy(int index, LongBuffer target) {
    int from = index * size();
    for (int i = 0; i < size(); i++) {
      target.put(pixels[from + i] & 0xff);
    }
  }

  /** The images from one index to below another. */
  public Images range(int from, int to) {
    return new Images(rows, columns, Arrays.copyOfRange(pixels, from * size(), to * size()));
  }

  @Override
  public void update(MessageDigest digest) {
    digest.update((rows + "x" + columns + "x" + count() + ";").getBytes(UTF_8));
    digest.update(pixels);
  }
}
