package dev.espalier.pruner.graph;

import java.util.ArrayList;
import java.util.List;

/** Takes axes apart and puts them together, with new units only where there is a choice to make. */
final class Splits {
  private Splits() {}

  static void check(int[] whole, List<int[]> factors) {
    long length = 1;
    for (int[] factor : factors) {
      length *= factor.length;
    }
    if (length != whole.length) {
      throw new IllegalArgumentException(
          "an axis of length " + whole.length + " is no product of " + length);
    }
  }

  static List<int[]> split(Axes axes, int[] whole, int... lengths) {
    List<int[]> factors = new ArrayList<>();
    int carrier = axes.isFixed(whole) ? -1 : carrier(axes, whole, lengths);
    if (carrier == lengths.length) {
      for (int length : lengths) {
        factors.add(length == 1 ? axes.fixed(1) : axes.fresh(length));
      }
      axes.product(whole, factors);
      return factors;
    }
    int inner = 1;
    for (int f = carrier + 1; f < lengths.length && carrier >= 0; f++) {
      inner *= lengths[f];
    }
    for (int f = 0; f < lengths.length; f++) {
      int[] factor = axes.fixed(lengths[f]);
      if (f == carrier) {
        factor = new int[lengths[f]];
        for (int i = 0; i < factor.length; i++) {
          factor[i] = whole[i * inner];
        }
      }
      factors.add(factor);
    }
    check(whole, factors);
    return factors;
  }

  /** The one factor that the units depend on; as many as there are factors where none is. */
  private static int carrier(Axes axes, int[] whole, int[] lengths) {
    int inner = whole.length;
    for (int f = 0; f < lengths.length; f++) {
      inner /= lengths[f];
      if (lengths[f] > 1 && dependsOn(axes, whole, inner, lengths[f])) {
        return f;
      }
    }
    return lengths.length;
  }

  private static boolean dependsOn(Axes axes, int[] whole, int inner, int length) {
    for (int i = 0; i < whole.length; i++) {
      int first = i / inner % length * inner;
      if (axes.unit(whole[i]) != axes.unit(whole[first])) {
        return false;
      }
    }
    return true;
  }

  static int[] merge(Axes axes, List<int[]> factors) {
    int length = 1;
    int carrier = -1;
    int carriers = 0;
    for (int f = 0; f < factors.size(); f++) {
      length = Math.multiplyExact(length, factors.get(f).length);
      if (factors.get(f).length > 1 && !axes.isFixed(factors.get(f))) {
        carrier = f;
        carriers++;
      }
    }
    factors.stream().filter(factor -> factor.length == 1).forEach(axes::fix);
    if (carriers == 0) {
      return axes.fixed(length);
    }
    if (carriers > 1) {
      int[] whole = axes.fresh(length);
      axes.product(whole, factors);
      return whole;
    }
    int[] factor = factors.get(carrier);
    if (length == factor.length) {
      return factor;
    }
    int inner = 1;
    for (int f = carrier + 1; f < factors.size(); f++) {
      inner *= factors.get(f).length;
    }
    int[] whole = new int[length];
    for (int i = 0; i < length; i++) {
      whole[i] = factor[i / inner % factor.length];
    }
    return whole;
  }
}
