package dev.espalier.experiment.sanity;

import dev.espalier.experiment.Table;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import java.util.List;

/** The table "scores": a row for each epoch and group. */
final class ScoreTable {
  private ScoreTable() {}

  /**
   * @param snapshots after each epoch, all of the same groups in the same order
   */
  static Table of(List<ImportanceSnapshot> snapshots) {
    Table.Builder table =
        Table.of(
            "scores",
            "epoch",
            "group",
            "kind",
            "gradient_accumulation",
            "fisher_information",
            "bayesian_uncertainty",
            "importance");
    for (ImportanceSnapshot snapshot : snapshots) {
      for (GroupImportance group : snapshot.getGroupsList()) {
        table.row(
            snapshot.getEpochsCompleted(),
            group.getGroupId(),
            group.getComponentsCount() > 1 ? "coupling" : "component",
            group.getGradientAccumulation(),
            group.getFisherInformation(),
            group.getBayesianUncertainty(),
            group.getImportance());
      }
    }
    return table.build();
  }

  /** A metric's scores, by its column. */
  static Scores scores(Table table, String metric) {
    List<String> epochs = table.values("epoch");
    double[][] byEpoch = new double[epochs.size()][];
    for (int e = 0; e < byEpoch.length; e++) {
      byEpoch[e] = table.where("epoch", epochs.get(e)).numbers(metric);
    }
    return new Scores(byEpoch);
  }
}
