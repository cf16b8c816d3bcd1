package dev.espalier.experiment.ablation;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A way to cut: how the groups share it, and which units of each go.
 *
 * @param sharing of the cut
 * @param units order of a group's units
 */
record Method(Sharing sharing, UnitScore units) {
  /** What every other is compared with. */
  static final Method DEFAULT = new Method(Sharing.SHARES, UnitScore.TAYLOR);

  /** Combinations of metrics that could be the default. */
  static final List<Sharing> COMBINATIONS =
      List.of(
          Sharing.SHARES,
          Sharing.RANKS,
          Sharing.ACCUMULATION,
          Sharing.FISHER,
          Sharing.BAYES,
          Sharing.ACCUMULATION_FISHER,
          Sharing.ACCUMULATION_BAYES,
          Sharing.FISHER_BAYES);

  private static final List<Method> QUICK =
      List.of(
          DEFAULT,
          new Method(Sharing.FISHER, UnitScore.TAYLOR),
          new Method(Sharing.UNIFORM, UnitScore.TAYLOR),
          new Method(Sharing.UNIFORM, UnitScore.L2),
          new Method(Sharing.UNIFORM, UnitScore.RANDOM));

  /** As cells are named by it. */
  String label() {
    return sharing.label() + "+" + units.label();
  }

  /**
   * Every sharing with the units' Taylor score, every unit score with the cut shared uniformly and
   * by the default importance, and magnitude over all groups.
   */
  static List<Method> all(boolean quick) {
    if (quick) {
      return QUICK;
    }
    Set<Method> methods = new LinkedHashSet<>();
    Arrays.stream(Sharing.values()).forEach(s -> methods.add(new Method(s, UnitScore.TAYLOR)));
    for (UnitScore units : UnitScore.values()) {
      methods.add(new Method(Sharing.SHARES, units));
      methods.add(new Method(Sharing.UNIFORM, units));
    }
    Stream.of(UnitScore.L1, UnitScore.L2)
        .forEach(units -> methods.add(new Method(Sharing.GLOBAL, units)));
    return List.copyOf(methods);
  }

  /** The method of a label. */
  static Method of(String label) {
    return all(false).stream()
        .filter(method -> method.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("method = " + label + ": is none"));
  }
}
