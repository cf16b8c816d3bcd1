package dev.espalier.local.cli;

import dev.espalier.pruning.v1.GroupCut;
import dev.espalier.pruning.v1.ModelPruned;
import dev.espalier.pruning.v1.ModelSize;
import dev.espalier.pruning.v1.TargetReached;
import dev.espalier.pruning.v1.TriedCut;
import dev.espalier.pruning.v1.Verification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The result of a pruning as a person reads it. */
final class PruningTables {
  private PruningTables() {}

  static String groups(ModelPruned result) {
    Table table = new Table("group", "components", "#importance", "#units", "#kept", "");
    for (GroupCut group : result.getGroupsList()) {
      int bar = (int) Math.round(20.0 * group.getKept() / group.getUnits());
      table.row(
          group.getGroupId(),
          String.join(" + ", group.getComponentsList()),
          group.hasImportance() ? Table.number(group.getImportance()) : "-",
          Table.count(group.getUnits()),
          Table.count(group.getKept()),
          "#".repeat(bar) + ".".repeat(20 - bar));
    }
    return table.toString();
  }

  static String sizes(ModelPruned result) {
    ModelSize before = result.getBefore();
    ModelSize after = result.getAfter();
    return new Table("", "#before", "#after", "#change")
        .row(
            "parameters",
            Table.count(before.getParameters()),
            Table.count(after.getParameters()),
            Table.change(before.getParameters(), after.getParameters()))
        .row(
            "MACs",
            Table.count(before.getMacs()),
            Table.count(after.getMacs()),
            Table.change(before.getMacs(), after.getMacs()))
        .row(
            "bytes",
            Table.count(before.getBytes()),
            Table.count(after.getBytes()),
            Table.change(before.getBytes(), after.getBytes()))
        .row(
            "latency, ms",
            Table.number(before.getLatencyMs()),
            Table.number(after.getLatencyMs()),
            Table.change(before.getLatencyMs(), after.getLatencyMs()))
        .toString();
  }

  /** What was asked for by component, and what a search tried; no lines where there is neither. */
  static List<String> target(ModelPruned result) {
    TargetReached reached = result.getReached();
    List<String> lines = new ArrayList<>();
    if (reached.getComponentsCount() > 0) {
      Table table = new Table("component", "#asked", "#removed");
      Map<String, Double> asked = result.getTarget().getComponents().getSharesMap();
      new TreeMap<>(reached.getComponentsMap())
          .forEach(
              (name, share) -> table.row(name, Table.number(asked.get(name)), Table.number(share)));
      lines.addAll(List.of("", table.toString()));
    }
    if (reached.getTriedCount() > 0) {
      Table table = new Table("#tried: share", "#parameters", "#measured", "");
      for (TriedCut tried : reached.getTriedList()) {
        table.row(
            Table.number(tried.getShare()),
            Table.count(tried.getParameters()),
            Table.number(tried.getMeasured()),
            tried.getWithin() ? "within" : "beyond");
      }
      lines.addAll(List.of("", table.toString()));
    }
    return lines;
  }

  static String verification(ModelPruned result) {
    Verification verification = result.getVerification();
    String difference =
        String.format(
            Locale.ROOT,
            "at most %.2e from its masked twin, relative to the output's scale (%d inputs)",
            verification.getMaxRelative(),
            verification.getInputs());
    return verification.getExact()
        ? "verified: " + difference
        : "approximate: " + difference + "; " + verification.getApproximateBecause();
  }

  static Map<String, Object> json(ModelPruned result, Path pruned, Path report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("pruning", result.getPruningId());
    json.put("run", result.getRunId().isEmpty() ? null : result.getRunId());
    json.put("parameters_before", result.getBefore().getParameters());
    json.put("parameters_after", result.getAfter().getParameters());
    json.put("macs_before", result.getBefore().getMacs());
    json.put("macs_after", result.getAfter().getMacs());
    json.put("latency_ms_before", result.getBefore().getLatencyMs());
    json.put("latency_ms_after", result.getAfter().getLatencyMs());
    json.put("max_relative", result.getVerification().getMaxRelative());
    json.put("exact", result.getVerification().getExact());
    json.put("pruned", pruned.toString());
    json.put("report", report.toString());
    return json;
  }
}
