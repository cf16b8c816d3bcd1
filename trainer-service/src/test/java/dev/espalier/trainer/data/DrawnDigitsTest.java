package dev.espalier.trainer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DrawnDigitsTest {
  private static final Images IMAGES = DrawnDigits.draw(1000, 7);

  @Test
  void sameSeedDrawsTheSame() {
    assertArrayEquals(IMAGES.pixels(), DrawnDigits.draw(1000, 7).pixels());
    assertFalse(Arrays.equals(IMAGES.pixels(), DrawnDigits.draw(1000, 8).pixels()));
  }

  @Test
  void fewerAreTheFirstOfMore() {
    assertArrayEquals(IMAGES.range(0, 100).pixels(), DrawnDigits.draw(100, 7).pixels());
  }

  @Test
  void strokesAreThinSmoothAndWithinTheImage() {
    for (int i = 0; i < IMAGES.count(); i++) {
      float[] image = image(i);
      double ink = 0;
      int grey = 0;
      for (float pixel : image) {
        ink += pixel;
        grey += pixel > 0.05f && pixel < 0.95f ? 1 : 0;
      }
      double share = ink / image.length;
      assertTrue(share > 0.02 && share < 0.35, "image " + i + " has ink " + share);
      assertTrue(grey > 5, "image " + i + " is anti-aliased");
    }
  }

  /** Mean images of half the digits tell the other half's labels apart far better than chance. */
  @Test
  void digitsLookLikeTheirLabels() {
    double[][] means = new double[10][IMAGES.size()];
    int half = IMAGES.count() / 2;
    for (int i = 0; i < half; i++) {
      float[] image = image(i);
      for (int p = 0; p < image.length; p++) {
        means[DrawnDigits.digit(i)][p] += image[p] / (half / 10.0);
      }
    }
    int right = 0;
    for (int i = half; i < IMAGES.count(); i++) {
      right += nearest(means, image(i)) == DrawnDigits.digit(i) ? 1 : 0;
    }

    assertTrue(right > 0.6 * half, right + " of " + half);
  }

  @Test
  void aTenthIsForValidation() {
    Dataset data = Dataset.split(IMAGES);

    assertEquals(900, data.training().count());
    assertEquals(100, data.validation().count());
  }

  private static float[] image(int index) {
    FloatBuffer pixels = FloatBuffer.allocate(IMAGES.size());
    IMAGES.copy(index, pixels);
    return pixels.array();
  }

  private static int nearest(double[][] means, float[] image) {
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int digit = 0; digit < means.length; digit++) {
      double distance = 0;
      for (int p = 0; p < image.length; p++) {
        distance += Math.pow(means[digit][p] - image[p], 2);
      }
      if (distance < least) {
        least = distance;
        best = digit;
      }
    }
    return best;
  }
}
