package dev.espalier.experiment.latent;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Table;

/** Reads what a cell says of its coupling group beside shuffled gradients. */
final class Shuffled {
  private Shuffled() {}

  /**
   * @param column of table {@link CellTables#SHUFFLED}, in the row of the importance
   */
  static double of(CellResult result, Normalisation normalisation, String column) {
    Table row =
        result
            .table(CellTables.SHUFFLED)
            .where("kind", CellTables.COUPLING)
            .where("normalisation", normalisation.id())
            .where("metric", "importance");
    if (row.rows().size() != 1) {
      throw new IllegalArgumentException(
          result.cell().key() + " has " + row.rows().size() + " coupling groups, not 1");
    }
    return row.numbers(column)[0];
  }
}
