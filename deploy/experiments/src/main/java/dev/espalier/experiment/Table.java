package dev.espalier.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of values in named columns, one observation a row, as a CSV file has them.
 *
 * @param name of [a-z0-9-], also the file's
 * @param columns names of the columns
 * @param rows each as long as the columns; values are String, Long, Double or Boolean
 */
public record Table(String name, List<String> columns, List<List<Object>> rows) {
  public Table {
    columns = List.copyOf(columns);
    List<List<Object>> whole = new ArrayList<>(rows.size());
    for (List<Object> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            name + ": a row of " + row.size() + " values for columns " + columns);
      }
      whole.add(row.stream().map(value -> checked(name, value)).toList());
    }
    rows = List.copyOf(whole);
  }

  /** A table that is filled row by row. */
  public static Builder of(String name, String... columns) {
    return new Builder(name, List.of(columns));
  }

  private static Object checked(String name, Object value) {
    return switch (value) {
      case String text -> text;
      case Boolean truth -> truth;
      case Long number -> number;
      case Integer number -> (long) number;
      case Double number -> number;
      case Float number -> (double) number;
      case null -> throw new IllegalArgumentException(name + ": a value is not set");
      default -> throw new IllegalArgumentException(name + ": no column takes " + value.getClass());
    };
  }

  /** Index of a column. */
  public int column(String column) {
    int index = columns.indexOf(column);
    if (index < 0) {
      throw new IllegalArgumentException(name + " has no column " + column + " but " + columns);
    }
    return index;
  }

  /** The rows that have a value in a column, by its text. */
  public Table where(String column, Object value) {
    int index = column(column);
    String wanted = String.valueOf(value);
    return new Table(
        name,
        columns,
        rows.stream().filter(row -> String.valueOf(row.get(index)).equals(wanted)).toList());
  }

  /** Different values of a column, as text, in the order of their first rows. */
  public List<String> values(String column) {
    int index = column(column);
    return rows.stream().map(row -> String.valueOf(row.get(index))).distinct().toList();
  }

  /** A column of numbers, row by row. */
  public double[] numbers(String column) {
    int index = column(column);
    return rows.stream().mapToDouble(row -> ((Number) row.get(index)).doubleValue()).toArray();
  }

  /** A column of numbers by the text of another column, which must not repeat. */
  public Map<String, Double> numbersBy(String key, String column) {
    int from = column(key);
    int to = column(column);
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (List<Object> row : rows) {
      Double before =
          numbers.put(String.valueOf(row.get(from)), ((Number) row.get(to)).doubleValue());
      if (before != null) {
        throw new IllegalArgumentException(name + ": two rows have " + key + " " + row.get(from));
      }
    }
    return numbers;
  }

  /** Fills a table. */
  public static final class Builder {
    private final String name;
    private final List<String> columns;
    private final List<List<Object>> rows = new ArrayList<>();

    private Builder(String name, List<String> columns) {
      this.name = name;
      this.columns = columns;
    }

    /** Appends a row, a value a column. */
    public Builder row(Object... values) {
      rows.add(List.of(values));
      return this;
    }

    public Table build() {
      return new Table(name, columns, rows);
    }
  }
}
