package dev.espalier.pruner.report.html;

import dev.espalier.html.Escape;
import dev.espalier.pruner.report.Report;
import dev.espalier.pruner.report.Report.GroupCut;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * The form of {@code report.html}: one page that needs no script and nothing from the network.
 * Below 2 MB whatever the model; {@code report.json} holds what is left out.
 */
public final class ReportHtml {
  private ReportHtml() {}

  /** The report as HTML, well-formed also as XML, to be stored as UTF-8. */
  public static String of(Report report) {
    Shades shades =
        Shades.among(
            report.groups().stream().map(GroupCut::importance).filter(Objects::nonNull).toList());
    List<Part> parts = new ArrayList<>();
    parts.add(new Tiles(report.before(), report.after()));
    parts.add(
        new Columns(
            List.of(new TargetCard(report.target()), new VerificationCard(report.verification()))));
    if (report.target().curve() != null) {
      parts.add(new CurveCard(report.target().curve(), report.target().asked()));
    }
    parts.add(new NetworkPicture(report.groups(), shades));
    parts.add(new GroupsTable(report.groups(), shades));
    parts.add(new DeclinedTable(report.declined()));
    parts.add(new FactList("provenance", "Provenance", provenance(report.provenance())));
    return Page.of(
        "Pruning report: " + report.provenance().model(),
        header(report),
        parts,
        "Written by Espalier %s. report.json beside this page holds every index that was kept."
            .formatted(report.provenance().espalierVersion()));
  }

  private static Header header(Report report) {
    Report.Provenance provenance = report.provenance();
    return new Header(
        "Pruning report",
        Escape.clip(provenance.model(), 100),
        List.of(
            Header.time(provenance.time()),
            Escape.clip(provenance.pruningId(), 60),
            Numbers.count(report.groups().size(), "group")),
        lede(report),
        List.of(
            new Header.Entry("network", "Network"),
            new Header.Entry("groups", "Groups"),
            new Header.Entry("declined", "Declined"),
            new Header.Entry("provenance", "Provenance")));
  }

  private static String lede(Report report) {
    Report.Size before = report.before();
    Report.Size after = report.after();
    double gone = before.parameters() - after.parameters();
    return "%s of the parameters are gone; a forward pass takes %s instead of %s. %s"
        .formatted(
            Numbers.percent(gone / before.parameters()),
            Numbers.milliseconds(after.latencyMs()),
            Numbers.milliseconds(before.latencyMs()),
            "On random inputs the pruned network agrees with its masked twin to within float"
                + " rounding.");
  }

  private static SequencedMap<String, String> provenance(Report.Provenance provenance) {
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put("Model", provenance.model());
    facts.put("SHA-256", provenance.modelDigest());
    facts.put("Pruned model", provenance.prunedModel());
    facts.put("SHA-256 of the pruned model", provenance.prunedModelDigest());
    facts.put("Pruning", provenance.pruningId());
    facts.put("Run", provenance.runId());
    facts.put("Digest of the run’s training log", provenance.rankingLogDigest());
    facts.put("Allocation", provenance.allocation());
    facts.put("Channel score", provenance.channelScore());
    facts.put("Espalier", provenance.espalierVersion());
    facts.put("ONNX Runtime", provenance.onnxRuntimeVersion());
    facts.put("Java", provenance.javaVersion());
    facts.put("Time", provenance.time().toString());
    return facts;
  }
}
