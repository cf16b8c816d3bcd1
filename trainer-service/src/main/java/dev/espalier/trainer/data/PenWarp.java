package dev.espalier.trainer.data;

import java.util.SplittableRandom;

/** A random affine map after a random smooth bend, of the unit square. */
final class PenWarp {
  private final double xx;
  private final double xy;
  private final double yx;
  private final double yy;
  private final double shiftX;
  private final double shiftY;
  private final double[] waveX;
  private final double[] waveY;

  PenWarp(SplittableRandom random) {
    double angle = random.nextDouble(-0.22, 0.22);
    double shear = random.nextDouble(-0.28, 0.28);
    double scaleX = random.nextDouble(0.72, 1.0);
    double scaleY = random.nextDouble(0.72, 0.95);
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    xx = cos * scaleX;
    xy = (cos * shear - sin) * scaleY;
    yx = sin * scaleX;
    yy = (sin * shear + cos) * scaleY;
    shiftX = 0.5 + random.nextDouble(-0.06, 0.06);
    shiftY = 0.5 + random.nextDouble(-0.06, 0.06);
    waveX = wave(random);
    waveY = wave(random);
  }

  float x(float x, float y) {
    double u = x - 0.5 + bend(waveX, x, y);
    double v = y - 0.5 + bend(waveY, x, y);
    return (float) (shiftX + xx * u + xy * v);
  }

  float y(float x, float y) {
    double u = x - 0.5 + bend(waveX, x, y);
    double v = y - 0.5 + bend(waveY, x, y);
    return (float) (shiftY + yx * u + yy * v);
  }

  /** Amplitude, frequencies along x and y in cycles, phase in radians. */
  private static double[] wave(SplittableRandom random) {
    return new double[] {
      random.nextDouble(0, 0.05),
      random.nextDouble(-1, 1),
      random.nextDouble(-1, 1),
      random.nextDouble(0, 2 * Math.PI)
    };
  }

  private static double bend(double[] wave, double x, double y) {
    return wave[0] * Math.sin(2 * Math.PI * (wave[1] * x + wave[2] * y) + wave[3]);
  }
}
