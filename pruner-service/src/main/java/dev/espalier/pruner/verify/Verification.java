package dev.espalier.pruner.verify;

/**
 * What the comparison with the masked twin said.
 *
 * @param maxAbsolute largest absolute difference of any output
 * @param maxRelative largest difference relative to the scale of its output
 * @param exact whether both must agree to within float rounding
 * @param approximateBecause why they need not; empty where exact
 * @param inputs random inputs compared, at least 1
 */
public record Verification(
    double maxAbsolute, double maxRelative, boolean exact, String approximateBecause, int inputs) {
  /** Largest relative difference that float rounding explains. */
  public static final double TOLERANCE = 1e-4;

  public Verification {
    if (!(maxAbsolute >= 0) || !(maxRelative >= 0) || inputs < 1) {
      throw new IllegalArgumentException(
          "max_absolute = %s, max_relative = %s, inputs = %d"
              .formatted(maxAbsolute, maxRelative, inputs));
    }
    if (exact != approximateBecause.isEmpty()) {
      throw new IllegalArgumentException(
          "exact = " + exact + ", approximate_because = \"" + approximateBecause + "\"");
    }
  }

  /** True where the cut must be exact and is not. */
  public boolean wrong() {
    return exact && maxRelative > TOLERANCE;
  }
}
