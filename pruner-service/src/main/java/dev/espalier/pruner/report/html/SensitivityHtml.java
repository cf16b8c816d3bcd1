package dev.espalier.pruner.report.html;

import dev.espalier.html.Escape;
import dev.espalier.pruner.report.SensitivityReport;
import dev.espalier.pruner.report.SensitivityReport.GroupSensitivity;
import dev.espalier.pruner.report.SensitivityReport.Point;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * The form of {@code sensitivity.html}: one page that needs no script and nothing from the network.
 * Below 2 MB whatever the model; {@code sensitivity.json} holds what is left out.
 */
public final class SensitivityHtml {
  private static final int MOST_SHARES = 20;

  private SensitivityHtml() {}

  /** The sensitivities as HTML, well-formed also as XML, to be stored as UTF-8. */
  public static String of(SensitivityReport report) {
    List<GroupSensitivity> ranked =
        report.groups().stream()
            .sorted(Comparator.comparingDouble(SensitivityHtml::worst).reversed())
            .toList();
    Scale scale =
        Scale.around(
            report.groups().stream()
                .flatMap(group -> group.points().stream())
                .map(Point::error)
                .filter(Objects::nonNull)
                .toList());
    List<Double> shares = report.shares().subList(0, Math.min(MOST_SHARES, report.shares().size()));
    SensitivityReport.Provenance provenance = report.provenance();
    return Page.of(
        "Sensitivity: " + provenance.model(),
        header(report, ranked),
        List.of(
            new SmallMultiples(ranked),
            new HeatTable(ranked, shares, scale),
            new FactList("provenance", "Provenance", facts(provenance))),
        "Written by Espalier %s. sensitivity.json beside this page holds every number."
            .formatted(provenance.espalierVersion()));
  }

  /** The largest error; one that is not finite is larger than any. */
  private static double worst(GroupSensitivity group) {
    return group.points().stream()
        .mapToDouble(point -> point.error() == null ? Double.POSITIVE_INFINITY : point.error())
        .max()
        .orElse(0);
  }

  private static Header header(SensitivityReport report, List<GroupSensitivity> ranked) {
    SensitivityReport.Provenance provenance = report.provenance();
    String lede =
        ranked.isEmpty()
            ? "Nothing of this network can be cut."
            : "The outputs suffer most where units of %s go, least where units of %s go."
                .formatted(
                    Escape.clip(ranked.getFirst().id(), 64),
                    Escape.clip(ranked.getLast().id(), 64));
    return new Header(
        "Sensitivity",
        Escape.clip(provenance.model(), 100),
        List.of(
            Header.time(provenance.time()),
            Numbers.count(report.groups().size(), "group"),
            Numbers.count(provenance.samples(), "sample")
                + " of "
                + Escape.clip(provenance.calibration(), 60)),
        lede,
        List.of(
            new Header.Entry("curves", "Curves"),
            new Header.Entry("table", "Table"),
            new Header.Entry("provenance", "Provenance")));
  }

  private static SequencedMap<String, String> facts(SensitivityReport.Provenance provenance) {
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put("Model", provenance.model());
    facts.put("SHA-256", provenance.modelDigest());
    facts.put("Calibration data", provenance.calibration());
    facts.put("Samples", Numbers.count(provenance.samples()));
    facts.put("Channel score", provenance.channelScore());
    facts.put("Espalier", provenance.espalierVersion());
    facts.put("ONNX Runtime", provenance.onnxRuntimeVersion());
    facts.put("Time", provenance.time().toString());
    return facts;
  }
}
