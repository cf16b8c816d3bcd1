package dev.espalier.pruner.report;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How the outputs change where units of one group go and nothing else does, as {@code
 * sensitivity.json} holds it; docs/sensitivity.md describes every field.
 *
 * @param shares the shares of a group's units that were tried, ascending, each above 0 and below 1
 * @param groups in the order of the dependency graph
 */
public record SensitivityReport(
    List<Double> shares, List<GroupSensitivity> groups, Provenance provenance) {
  public SensitivityReport {
    shares = List.copyOf(shares);
    groups = List.copyOf(groups);
    double last = 0;
    for (double share : shares) {
      if (!(share > last && share < 1)) {
        throw new IllegalArgumentException("shares = " + shares + ": not ascending in (0, 1)");
      }
      last = share;
    }
    for (GroupSensitivity group : groups) {
      Set<Double> seen = new HashSet<>();
      for (Point point : group.points) {
        if (!shares.contains(point.share) || !seen.add(point.share)) {
          throw new IllegalArgumentException(
              "group \"%s\": share = %s is not one of %s or there twice"
                  .formatted(group.id, point.share, shares));
        }
      }
    }
  }

  /**
   * One group.
   *
   * @param kind "component" or "coupling"
   * @param units coupled units, at least 1
   * @param parameters scalars in all its slices
   * @param points one a share, ascending; a share that would leave no unit is left out
   */
  public record GroupSensitivity(
      String id,
      List<String> components,
      String kind,
      int units,
      long parameters,
      List<Point> points) {
    public GroupSensitivity {
      components = List.copyOf(components);
      points = List.copyOf(points);
    }
  }

  /**
   * One cut of one group.
   *
   * @param share of its units that were to go
   * @param unitsRemoved units that went
   * @param parametersRemoved scalars that went with them
   * @param error relative error of the outputs, {@code ||f - f'|| / ||f||}, at least 0; null where
   *     an output was not finite
   */
  public record Point(double share, int unitsRemoved, long parametersRemoved, Double error) {
    public Point {
      if (error != null && !(error >= 0 && error < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("error = " + error + ": negative or not finite");
      }
      if (unitsRemoved < 0 || parametersRemoved < 0) {
        throw new IllegalArgumentException(
            "units_removed = " + unitsRemoved + ", parameters_removed = " + parametersRemoved);
      }
    }
  }

  /**
   * Enough to do it again.
   *
   * @param model the file's name
   * @param modelDigest SHA-256 of that file
   * @param calibration name of the data that the outputs were compared on
   * @param samples how many of them, at least 1
   * @param channelScore what decided which units go first
   */
  public record Provenance(
      String model,
      String modelDigest,
      String calibration,
      int samples,
      String channelScore,
      String espalierVersion,
      String onnxRuntimeVersion,
      Instant time) {}
}
