package dev.espalier.experiment.report;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/**
 * All cells' tables of one name as one file by RFC 4180, in UTF-8: first a cell's settings and
 * seed, then the table's columns. A setting that bears the name of a column is {@code cell_NAME}.
 * Numbers are whole, as Java writes them, with NaN, Infinity and -Infinity; what a cell has not is
 * empty.
 */
final class Csv {
  private static final String SEED = "seed";

  private Csv() {}

  /** The files' contents by the names of the tables. */
  static SequencedMap<String, String> of(List<CellResult> results) {
    SequencedSet<String> names = new LinkedHashSet<>();
    results.forEach(result -> result.tables().forEach(table -> names.add(table.name())));
    SequencedMap<String, String> files = new LinkedHashMap<>();
    names.forEach(name -> files.put(name, file(name, results)));
    return files;
  }

  private static String file(String name, List<CellResult> results) {
    SequencedSet<String> settings = new LinkedHashSet<>();
    SequencedSet<String> columns = new LinkedHashSet<>();
    for (CellResult result : results) {
      settings.addAll(result.cell().settings().keySet());
      tables(result, name).forEach(table -> columns.addAll(table.columns()));
    }
    settings.add(SEED);
    List<String> head = new ArrayList<>();
    settings.forEach(setting -> head.add((columns.contains(setting) ? "cell_" : "") + setting));
    head.addAll(columns);
    StringBuilder file = new StringBuilder();
    line(file, head);
    for (CellResult result : results) {
      for (Table table : tables(result, name)) {
        for (List<Object> row : table.rows()) {
          line(file, values(result, settings, table, columns, row));
        }
      }
    }
    return file.toString();
  }

  private static List<Table> tables(CellResult result, String name) {
    return result.tables().stream().filter(table -> table.name().equals(name)).toList();
  }

  private static List<String> values(
      CellResult result,
      SequencedSet<String> settings,
      Table table,
      SequencedSet<String> columns,
      List<Object> row) {
    List<String> values = new ArrayList<>();
    Map<String, String> of = new HashMap<>(result.cell().settings());
    of.put(SEED, String.valueOf(result.cell().seed()));
    settings.forEach(setting -> values.add(of.getOrDefault(setting, "")));
    for (String column : columns) {
      int index = table.columns().indexOf(column);
      values.add(index < 0 ? "" : String.valueOf(row.get(index)));
    }
    return values;
  }

  private static void line(StringBuilder file, List<String> values) {
    file.append(values.stream().map(Csv::quoted).collect(Collectors.joining(","))).append("\r\n");
  }

  private static String quoted(String value) {
    boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }
}
