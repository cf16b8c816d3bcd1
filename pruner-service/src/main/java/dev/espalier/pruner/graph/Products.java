package dev.espalier.pruner.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Axes that are other axes multiplied out, as a reshape makes and unmakes them: index {@code (i, j,
 * ...)} of the whole, row-major, is index i of the first factor, j of the second, and so on.
 * Cutting the whole keeps it a product only if whole slices of one factor go: so one factor carries
 * the units, and the others are fixed. Which one is decided once everything else has been tied.
 */
final class Products {
  /** A factor that carries units elsewhere: to stay consistent it is taken again. */
  static final int CLAIMED = 1;

  /** Units that a normalisation runs over: cutting them is approximate, so they come last. */
  static final int NORMALISED = 2;

  /** Units that are whole attention heads: they come before what is within a head. */
  static final int HEAD = 4;

  private record Product(int[] whole, List<int[]> factors) {
    /** How many indices of the whole lie between one index of a factor and the next. */
    int stride(int factor) {
      int stride = 1;
      for (int f = factor + 1; f < factors.size(); f++) {
        stride *= factors.get(f).length;
      }
      return stride;
    }
  }

  private final List<Product> open = new ArrayList<>();
  private final UnionFind units;

  Products(UnionFind units) {
    this.units = units;
  }

  void add(int[] whole, List<int[]> factors) {
    open.add(new Product(whole, List.copyOf(factors)));
  }

  /** Decides every product, those that leave no choice first. */
  void resolve() {
    List<Product> ambiguous = new ArrayList<>();
    for (Product product : open) {
      if (isFixed(product.whole) || candidates(product).size() < 2) {
        decide(product);
      } else {
        ambiguous.add(product);
      }
    }
    ambiguous.forEach(this::decide);
    open.clear();
  }

  private void decide(Product product) {
    List<Integer> candidates = isFixed(product.whole) ? List.of() : candidates(product);
    int chosen = -1;
    long best = -1;
    for (int candidate : candidates) {
      long rank = candidates.size() == 1 ? 0 : rank(product, candidate);
      if (rank > best) {
        best = rank;
        chosen = candidate;
      }
    }
    for (int f = 0; f < product.factors.size(); f++) {
      if (f != chosen) {
        fix(product.factors.get(f));
      }
    }
    if (chosen < 0) {
      fix(product.whole);
    } else {
      tie(product, chosen);
    }
  }

  private void tie(Product product, int chosen) {
    int inner = product.stride(chosen);
    int[] factor = product.factors.get(chosen);
    for (int i = 0; i < product.whole.length; i++) {
      units.union(product.whole[i], factor[i / inner % factor.length]);
    }
    for (int id : factor) {
      units.mark(id, CLAIMED);
    }
  }

  /** The units that would be left, were this factor to carry them: none can go where it is one. */
  private int left(Product product, int chosen) {
    int inner = product.stride(chosen);
    int[] factor = product.factors.get(chosen);
    Map<Integer, Integer> local = new HashMap<>(Map.of(Axes.FIXED, 0));
    UnionFind tried = new UnionFind();
    for (int i = 0; i < product.whole.length; i++) {
      tried.union(
          local.computeIfAbsent(units.find(product.whole[i]), unit -> tried.fresh(1)),
          local.computeIfAbsent(
              units.find(factor[i / inner % factor.length]), unit -> tried.fresh(1)));
    }
    Set<Integer> left = new HashSet<>();
    for (int unit = 0; unit < tried.size(); unit++) {
      left.add(tried.find(unit));
    }
    return left.size() - 1;
  }

  private long rank(Product product, int candidate) {
    int[] factor = product.factors.get(candidate);
    boolean claimed = false;
    boolean normalised = false;
    boolean head = false;
    Set<Integer> distinct = new HashSet<>();
    for (int id : factor) {
      int unit = units.find(id);
      if (unit != Axes.FIXED) {
        distinct.add(unit);
        claimed |= units.marked(unit, CLAIMED);
        normalised |= units.marked(unit, NORMALISED);
        head |= units.marked(unit, HEAD);
      }
    }
    long rank = left(product, candidate) > 1 ? 1 : 0;
    rank = 2 * rank + (claimed ? 1 : 0);
    rank = 2 * rank + (normalised ? 0 : 1);
    rank = 2 * rank + (head ? 1 : 0);
    return (rank << 32) + distinct.size();
  }

  private List<Integer> candidates(Product product) {
    List<Integer> candidates = new ArrayList<>();
    for (int f = 0; f < product.factors.size(); f++) {
      if (!isFixed(product.factors.get(f))) {
        candidates.add(f);
      }
    }
    return candidates;
  }

  private boolean isFixed(int[] axis) {
    for (int id : axis) {
      if (units.find(id) != Axes.FIXED) {
        return false;
      }
    }
    return true;
  }

  private void fix(int[] axis) {
    for (int id : axis) {
      units.union(Axes.FIXED, id);
    }
  }
}
