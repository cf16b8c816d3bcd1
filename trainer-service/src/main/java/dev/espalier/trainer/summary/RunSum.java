package dev.espalier.trainer.summary;

/** Sums of |g|, g^2 and theta g over a run of elements. */
final class RunSum {
  double absolute;
  double squared;
  double product;

  void clear() {
    absolute = 0;
    squared = 0;
    product = 0;
  }

  void add(RunSum other) {
    absolute += other.absolute;
    squared += other.squared;
    product += other.product;
  }

  /** Takes the sums of some elements, in four lanes that do not wait for one another. */
  void set(float[] gradient, float[] value, int from, int to) {
    double a0 = 0;
    double a1 = 0;
    double a2 = 0;
    double a3 = 0;
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double p0 = 0;
    double p1 = 0;
    double p2 = 0;
    double p3 = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      double g0 = gradient[i];
      double g1 = gradient[i + 1];
      double g2 = gradient[i + 2];
      double g3 = gradient[i + 3];
      a0 += Math.abs(g0);
      a1 += Math.abs(g1);
      a2 += Math.abs(g2);
      a3 += Math.abs(g3);
      s0 += g0 * g0;
      s1 += g1 * g1;
      s2 += g2 * g2;
      s3 += g3 * g3;
      p0 += g0 * value[i];
      p1 += g1 * value[i + 1];
      p2 += g2 * value[i + 2];
      p3 += g3 * value[i + 3];
    }
    for (; i < to; i++) {
      double g = gradient[i];
      a0 += Math.abs(g);
      s0 += g * g;
      p0 += g * value[i];
    }
    absolute = (a0 + a1) + (a2 + a3);
    squared = (s0 + s1) + (s2 + s3);
    product = (p0 + p1) + (p2 + p3);
  }
}
