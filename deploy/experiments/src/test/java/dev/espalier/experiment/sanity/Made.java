package dev.espalier.experiment.sanity;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Results of cells that nobody ran. */
final class Made {
  static final double[][] LIVELY = {{4, 2, 1}, {8, 4, 2}, {4, 2, 1.5}, {2, 1, 0.5}};
  static final double[][] ALIKE = {{1, 1, 1}, {2, 2, 2}, {1, 1, 1}, {3, 3, 3}};
  static final double[][] STILL = {{4, 2, 1}, {4, 2, 1}, {4, 2, 1}, {4, 2, 1}};
  static final double[][] TURNING = {{4, 2, 1}, {1, 2, 4}, {4, 2, 1}, {1, 2, 4}};

  private Made() {}

  static CellResult cell(Plant plant, long seed, double[][] scores, String... diagnoses) {
    return cell(plant, seed, scores, 0.01, false, "", diagnoses);
  }

  static CellResult cell(
      Plant plant,
      long seed,
      double[][] scores,
      double lost,
      boolean reported,
      String shapeProblem,
      String... diagnoses) {
    Table.Builder kinds = Table.of("diagnoses", "kind");
    for (String diagnosis : diagnoses) {
      kinds.row(diagnosis);
    }
    return new CellResult(
        new Cell(Map.of(Sanity.PLANT, plant.key()), seed),
        1,
        List.of(),
        List.of(
            scores(scores),
            kinds.build(),
            Table.of("cuts", "cut", "before", "after", "lost", "reported")
                .row(CutRow.AT_THE_END, 0.2, 0.2 + lost * 0.8, lost, reported)
                .build(),
            Table.of(
                    "proofs",
                    "cuts_asked",
                    "cuts_made",
                    "twin_difference",
                    "twin_agrees",
                    "shape_problem")
                .row(0, 0, 1e-7, true, shapeProblem)
                .build()));
  }

  /** With another cut. */
  static CellResult withCut(CellResult result, String cut, double lost, boolean reported) {
    List<Table> tables = new ArrayList<>(result.tables());
    tables.replaceAll(
        table -> {
          if (!table.name().equals("cuts")) {
            return table;
          }
          List<List<Object>> rows = new ArrayList<>(table.rows());
          rows.add(List.of(cut, 0.2, 0.2 + lost * 0.8, lost, reported));
          return new Table(table.name(), table.columns(), rows);
        });
    return new CellResult(result.cell(), result.seconds(), result.runs(), tables);
  }

  private static Table scores(double[][] byEpoch) {
    Table.Builder table =
        Table.of(
            "scores",
            "epoch",
            "group",
            "gradient_accumulation",
            "fisher_information",
            "bayesian_uncertainty",
            "importance");
    for (int epoch = 0; epoch < byEpoch.length; epoch++) {
      for (int group = 0; group < byEpoch[epoch].length; group++) {
        double score = byEpoch[epoch][group];
        table.row(epoch + 1, "group." + group, score, score, score, score);
      }
    }
    return table.build();
  }
}
