package dev.espalier.pruner.graph.rule;

import dev.espalier.pruner.graph.Axes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/**
 * How the axes of one shape become those of another in a reshape. Both are walked side by side;
 * where the products of the lengths so far agree, a segment ends. Within a segment both sides are
 * refined to the factors that their breakpoints cut it into, if there are such factors; else
 * nothing of it can be cut. Axes of length 1 hold no choice and are fixed.
 */
final class Alignment {
  private final Axes axes;
  private final int[][] in;
  private final long[] out;
  private final int[][] result;

  private Alignment(Axes axes, int[][] in, long[] out) {
    this.axes = axes;
    this.in = in;
    this.out = out;
    this.result = new int[out.length][];
  }

  /**
   * @param in axes of the input
   * @param out shape of the output
   * @return axes of the output; one that is an input's axis as it was is the same array
   * @throws IllegalArgumentException where the shapes do not hold equally many elements, or none
   */
  static int[][] of(Axes axes, int[][] in, long[] out) {
    Alignment alignment = new Alignment(axes, in, out);
    alignment.walk();
    return alignment.result;
  }

  private void walk() {
    int i = 0;
    int o = 0;
    while (i < in.length || o < out.length) {
      if (i < in.length && in[i].length == 1) {
        axes.fix(in[i++]);
      } else if (o < out.length && out[o] == 1) {
        result[o++] = axes.fixed(1);
      } else {
        int firstIn = i;
        int firstOut = o;
        long before = 1;
        long after = 1;
        do {
          if (before <= after) {
            before *= i < in.length ? in[i++].length : 0;
          } else {
            after *= o < out.length ? out[o++] : 0;
          }
          if (before == 0 || after == 0) {
            throw new IllegalArgumentException("shapes of different size, or empty");
          }
        } while (before != after);
        segment(firstIn, i, firstOut, o);
      }
    }
  }

  private void segment(int firstIn, int endIn, int firstOut, int endOut) {
    if (endIn - firstIn == 1 && endOut - firstOut == 1) {
      result[firstOut] = in[firstIn];
      return;
    }
    long[] points = breakpoints(firstIn, endIn, firstOut, endOut);
    if (points.length == 0) {
      for (int i = firstIn; i < endIn; i++) {
        axes.fix(in[i]);
      }
      for (int o = firstOut; o < endOut; o++) {
        result[o] = axes.fixed(out[o]);
      }
      return;
    }
    List<int[]> factors = new ArrayList<>();
    for (int i = firstIn, p = 0; i < endIn; i++) {
      int count = count(points, p, in[i].length);
      int[] lengths = new int[count];
      for (int f = 0; f < count; f++) {
        lengths[f] = (int) (points[p + f + 1] / points[p + f]);
      }
      if (count == 0) {
        axes.fix(in[i]);
      } else if (count == 1) {
        factors.add(in[i]);
      } else {
        factors.addAll(axes.split(in[i], lengths));
      }
      p += count;
    }
    for (int o = firstOut, p = 0; o < endOut; o++) {
      int count = count(points, p, out[o]);
      result[o] =
          switch (count) {
            case 0 -> axes.fixed(1);
            case 1 -> factors.get(p);
            default -> axes.merge(factors.subList(p, p + count));
          };
      p += count;
    }
  }

  /** How many of the factors from the p-th on make up an axis of this length. */
  private static int count(long[] points, int p, long length) {
    int count = 0;
    while (points[p + count] < points[p] * length) {
      count++;
    }
    return count;
  }

  /**
   * The products of the lengths so far on either side; empty where one does not divide the next.
   */
  private long[] breakpoints(int firstIn, int endIn, int firstOut, int endOut) {
    TreeSet<Long> points = new TreeSet<>(Collections.singleton(1L));
    long product = 1;
    for (int i = firstIn; i < endIn; i++) {
      product *= in[i].length;
      points.add(product);
    }
    product = 1;
    for (int o = firstOut; o < endOut; o++) {
      product *= out[o];
      points.add(product);
    }
    long last = 1;
    for (long point : points) {
      if (point % last != 0) {
        return new long[0];
      }
      last = point;
    }
    return points.stream().mapToLong(Long::longValue).toArray();
  }
}
