package dev.espalier.experiment;

import java.util.List;

/**
 * What came of a cell.
 *
 * @param cell which one
 * @param seconds that it took
 * @param runs every training run in it, with what it ran on, in the order of their ends
 * @param tables what was measured, names apart
 */
public record CellResult(Cell cell, double seconds, List<RunProvenance> runs, List<Table> tables) {
  public CellResult {
    runs = List.copyOf(runs);
    tables = List.copyOf(tables);
  }

  /** The table of a name. */
  public Table table(String name) {
    return tables.stream()
        .filter(table -> table.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(cell.key() + " has no table " + name));
  }
}
