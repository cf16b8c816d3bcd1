package dev.espalier.pruner.verify;

import dev.espalier.pruner.graph.Approximation;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the comparison with the masked twin said.
 *
 * @param maxAbsolute largest absolute difference of any output
 * @param maxRelative largest difference relative to the scale of its output
 * @param approximations where nodes average or normalise over what was cut: there the twin does so
 *     over what stays, as the pruned model does; empty where the cut is exact
 * @param inputs random inputs compared, at least 1
 */
public record Verification(
    double maxAbsolute, double maxRelative, List<Approximation> approximations, int inputs) {
  /** Largest relative difference that float rounding explains. */
  public static final double TOLERANCE = 1e-4;

  private static final int MOST_NAMED = 3;

  public Verification {
    approximations = List.copyOf(approximations);
    if (!(maxAbsolute >= 0) || !(maxRelative >= 0) || inputs < 1) {
      throw new IllegalArgumentException(
          "max_absolute = %s, max_relative = %s, inputs = %d"
              .formatted(maxAbsolute, maxRelative, inputs));
    }
  }

  /** True where float rounding does not explain the difference. */
  public boolean wrong() {
    return maxRelative > TOLERANCE;
  }

  /** True where the cut does nothing but silence the removed units. */
  public boolean exact() {
    return approximations.isEmpty();
  }

  /** Why the cut is approximate, in a line; empty where it is exact. */
  public String approximateBecause() {
    String first =
        approximations.stream()
            .limit(MOST_NAMED)
            .map(place -> place.operator() + " \"" + place.node() + "\" " + place.reason())
            .collect(Collectors.joining("; "));
    int more = approximations.size() - MOST_NAMED;
    return more > 0 ? first + "; and " + more + " more" : first;
  }
}
