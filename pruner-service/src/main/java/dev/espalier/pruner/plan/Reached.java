package dev.espalier.pruner.plan;

import java.util.List;
import java.util.Map;

/**
 * How far a plan came.
 *
 * @param asked what the target named; NaN for targets by component
 * @param reached what came of it, in the same unit
 * @param components by component what was asked and reached; empty unless the target is by
 *     component
 * @param curve the plans that were tried, in order, where the target was searched for by measuring
 */
public record Reached(
    double asked, double reached, Map<String, Reached> components, List<Point> curve) {
  /**
   * A plan that was tried.
   *
   * @param share share of the parameters that it removes
   * @param parameters what it leaves
   * @param measured the error or the latency, in the target's unit
   * @param within whether that meets the target
   */
  public record Point(double share, long parameters, double measured, boolean within) {}

  public Reached {
    components = Map.copyOf(components);
    curve = List.copyOf(curve);
  }

  public static Reached of(double asked, double reached) {
    return new Reached(asked, reached, Map.of(), List.of());
  }
}
