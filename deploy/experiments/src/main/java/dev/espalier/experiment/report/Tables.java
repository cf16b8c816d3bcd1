package dev.espalier.experiment.report;

import dev.espalier.experiment.Table;
import java.util.List;
import java.util.stream.Collectors;

/** What both forms of a report ask about tables. */
final class Tables {
  private Tables() {}

  /** Whether a column stands to the right: it has numbers, or dashes for what is none. */
  static boolean numeric(Table table, int column) {
    return !table.rows().isEmpty()
        && table.rows().stream().allMatch(row -> row.get(column) instanceof Number);
  }

  static String files(List<String> names) {
    String tables = names.stream().map(name -> name + ".csv").collect(Collectors.joining(", "));
    return "All numbers, with every run's provenance: result.json"
        + (tables.isEmpty() ? "." : "; what each cell measured, as tables: " + tables + ".");
  }
}
