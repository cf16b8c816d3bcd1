package dev.espalier.local.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A table with aligned columns: text to the left, numbers to the right. */
final class Table {
  private static final int PADDING = 2;
  private static final int WIDEST = 46;

  private final Column[] columns;
  private final List<Object[]> rows = new ArrayList<>();

  /**
   * @param headers a header a column; one that starts with '#' is a column of numbers, shown
   *     without it
   */
  Table(String... headers) {
    columns = Arrays.stream(headers).map(Table::column).toArray(Column[]::new);
  }

  private static Column column(String header) {
    boolean number = header.startsWith("#");
    HorizontalAlign align = number ? HorizontalAlign.RIGHT : HorizontalAlign.LEFT;
    return new Column()
        .header(number ? header.substring(1) : header)
        .headerAlign(align)
        .dataAlign(align)
        .maxWidth(WIDEST + PADDING);
  }

  /** The most characters of a column's line; longer cells go on in the next. Default 46. */
  Table limit(int column, int width) {
    columns[column].maxWidth(width + PADDING);
    return this;
  }

  Table row(Object... cells) {
    rows.add(cells);
    return this;
  }

  @Override
  public String toString() {
    return AsciiTable.builder()
        .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS_NO_OUTSIDE_BORDER)
        .data(columns, rows.toArray(Object[][]::new))
        .asString();
  }

  /** A count with thousands separated. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A number with four significant digits. */
  static String number(double value) {
    double size = Math.abs(value);
    boolean fixed = value == 0 || size >= 1e-3 && size < 1e6;
    return String.format(Locale.ROOT, fixed ? "%.4f" : "%.3e", value);
  }

  /** A number of any size with two significant digits. */
  static String scientific(double value) {
    return String.format(Locale.ROOT, "%.1e", value);
  }

  /** How much less {@code after} is than {@code before}, such as {@code -49.9 %}. */
  static String change(double before, double after) {
    return before == 0
        ? ""
        : String.format(Locale.ROOT, "%+.1f %%", 100 * (after - before) / before);
  }
}
