package dev.espalier.local.cli;

import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import java.util.Comparator;
import java.util.stream.IntStream;

/** A snapshot as a person reads it: the most important group first. */
final class ImportanceTable {
  private ImportanceTable() {}

  static String of(ImportanceSnapshot snapshot) {
    Table table =
        new Table(
            "#rank", "group", "components", "#importance", "", "#mean |g|", "#mean g^2", "#bayes");
    double largest =
        snapshot.getGroupsList().stream()
            .mapToDouble(GroupImportance::getImportance)
            .max()
            .orElse(1);
    for (int i : order(snapshot)) {
      GroupImportance group = snapshot.getGroups(i);
      table.row(
          group.getRank(),
          group.getGroupId(),
          String.join(" + ", group.getComponentsList()),
          Table.number(group.getImportance()),
          "#".repeat((int) Math.round(12 * group.getImportance() / largest)),
          Table.scientific(group.getGradientAccumulation()),
          Table.scientific(group.getFisherInformation()),
          Table.scientific(group.getBayesianUncertainty()));
    }
    return table
        + "\n"
        + snapshot.getEpochsCompleted()
        + " epochs, "
        + snapshot.getSummaries()
        + " summaries, "
        + snapshot.getMissingEvents()
        + " missing, "
        + snapshot.getDuplicateEvents()
        + " duplicates, "
        + snapshot.getStaleSummaries()
        + " with stale coefficients"
        + (snapshot.getPenaltyOutweighsTask()
            ? "\nThe penalty outweighs the task: lower --penalty."
            : "");
  }

  private static int[] order(ImportanceSnapshot snapshot) {
    return IntStream.range(0, snapshot.getGroupsCount())
        .boxed()
        .sorted(Comparator.comparingInt(i -> snapshot.getGroups(i).getRank()))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
