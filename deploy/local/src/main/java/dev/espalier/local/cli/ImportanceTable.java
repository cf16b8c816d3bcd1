package dev.espalier.local.cli;

import dev.espalier.importance.v1.Criticality;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.RunPhase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;

/** A snapshot as a person reads it, the most important group first, at most 120 columns wide. */
final class ImportanceTable {
  /** What group and components share of a line, beside a verdict and without one. */
  private static final int NAMES_BESIDE_VERDICT = 26;

  private static final int NAMES = 44;
  private static final int SHORTEST = "components".length();

  private final ImportanceSnapshot snapshot;
  private final boolean hasVerdicts;
  private final boolean hasTies;

  private ImportanceTable(ImportanceSnapshot snapshot) {
    this.snapshot = snapshot;
    hasVerdicts = snapshot.getGroupsList().stream().anyMatch(GroupImportance::hasCriticality);
    hasTies =
        snapshot.getGroupsList().stream()
            .anyMatch(g -> g.getTiedWithPrevious() || g.getTiedWithNext());
  }

  static String of(ImportanceSnapshot snapshot) {
    ImportanceTable table = new ImportanceTable(snapshot);
    return table.table() + "\n" + table.below() + DiagnosisText.of(snapshot.getDiagnosesList());
  }

  private Table table() {
    List<String> headers =
        new ArrayList<>(
            List.of(
                "#rank",
                "tie",
                "group",
                "components",
                "#importance",
                "95 %",
                "#|g|",
                "#g^2",
                "#bayes"));
    if (hasVerdicts) {
      headers.add("verdict");
    }
    Table table = new Table(headers.toArray(String[]::new));
    int names = hasVerdicts ? NAMES_BESIDE_VERDICT : NAMES;
    int group = Math.clamp(longest(g -> g.getGroupId().length()), SHORTEST, names - SHORTEST);
    table.limit(2, group).limit(3, names - group);
    snapshot.getGroupsList().stream()
        .sorted(Comparator.comparingInt(GroupImportance::getRank))
        .forEach(g -> table.row(row(g)));
    return table;
  }

  private int longest(ToIntFunction<GroupImportance> length) {
    return snapshot.getGroupsList().stream().mapToInt(length).max().orElse(0);
  }

  private Object[] row(GroupImportance group) {
    List<Object> row = new ArrayList<>();
    row.add(group.getRank());
    row.add((group.getTiedWithPrevious() ? "^" : " ") + (group.getTiedWithNext() ? "v" : " "));
    row.add(group.getGroupId());
    row.add(String.join("+", group.getComponentsList()));
    row.add(Table.number(group.getImportance()));
    row.add(
        group.hasImportanceLow()
            ? format("%.3f-%.3f", group.getImportanceLow(), group.getImportanceHigh())
            : "");
    row.add(Table.scientific(group.getGradientAccumulation()));
    row.add(Table.scientific(group.getFisherInformation()));
    row.add(Table.scientific(group.getBayesianUncertainty()));
    if (hasVerdicts) {
      row.add(group.hasCriticality() ? verdict(group.getCriticality()) : "");
    }
    return row.toArray();
  }

  private static String verdict(Criticality criticality) {
    String word =
        switch (criticality.getVerdict()) {
          case VERDICT_CRITICAL -> "critical";
          case VERDICT_CANDIDATE -> "candidate";
          case VERDICT_NEITHER -> "neither";
          case VERDICT_UNSPECIFIED, UNRECOGNIZED -> "unknown";
        };
    double percent = 100 * criticality.getChange();
    return word + (Math.abs(percent) < 1000 ? format(" %+.0f %%", percent) : " >1000 %");
  }

  private String below() {
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "%d epochs, %d summaries, %d missing, %d duplicates, %d refused, %d with stale"
                + " coefficients%n",
            snapshot.getEpochsCompleted(),
            snapshot.getSummaries(),
            snapshot.getMissingEvents(),
            snapshot.getDuplicateEvents(),
            snapshot.getRejectedEvents(),
            snapshot.getStaleSummaries()));
    if (snapshot.hasRankStability()) {
      text.append(
          format(
              "rank stability %.2f (Kendall's tau-b between the newest two epochs)%n",
              snapshot.getRankStability()));
    }
    if (hasTies) {
      text.append("^, v: cannot be told apart (95 %) from the group above, below\n");
    }
    if (hasVerdicts) {
      text.append(
          "verdict: how the size of its parameters changed against the others while its coefficient was"
              + " high\n");
    }
    if (snapshot.getPhase() == RunPhase.RUN_PHASE_FAILED) {
      text.append("The run failed: ").append(snapshot.getFailure()).append('\n');
    }
    if (snapshot.getPenaltyOutweighsTask()) {
      text.append("The penalty outweighs the task: lower --penalty.\n");
    }
    return text.toString();
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
