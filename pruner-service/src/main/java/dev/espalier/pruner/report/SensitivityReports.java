package dev.espalier.pruner.report;

import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.search.Sensitivity;
import java.util.List;

/** Writes down what a sensitivity analysis measured. */
public final class SensitivityReports {
  private SensitivityReports() {}

  /**
   * @param shares that were tried, ascending
   */
  public static SensitivityReport of(
      Sensitivity sensitivity, List<Double> shares, SensitivityReport.Provenance provenance) {
    return new SensitivityReport(
        shares, sensitivity.groups().stream().map(SensitivityReports::of).toList(), provenance);
  }

  private static SensitivityReport.GroupSensitivity of(Sensitivity.OfGroup measured) {
    Group group = measured.group();
    return new SensitivityReport.GroupSensitivity(
        group.id(),
        group.components(),
        group.coupling() ? "coupling" : "component",
        group.units(),
        group.parameters(),
        measured.points().stream().map(SensitivityReports::of).toList());
  }

  private static SensitivityReport.Point of(Sensitivity.Point point) {
    return new SensitivityReport.Point(
        point.share(),
        point.removedUnits(),
        point.removedParameters(),
        Double.isFinite(point.error()) ? point.error() : null);
  }
}
