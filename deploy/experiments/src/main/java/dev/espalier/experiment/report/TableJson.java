package dev.espalier.experiment.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.espalier.experiment.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A table as JSON: {@code {"name": …, "columns": [names], "rows": [[values]]}}. Doubles have a
 * decimal point or an exponent, longs have neither, and both keep every bit; what is not finite is
 * one of the texts NaN, Infinity and -Infinity, which Python's {@code float} and R's {@code
 * as.numeric} read, and which no text may be.
 */
final class TableJson {
  private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

  private TableJson() {}

  /**
   * @throws IllegalArgumentException for a text that would be read as a number
   */
  static ObjectNode write(Table table) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("name", table.name());
    table.columns().forEach(node.putArray("columns")::add);
    ArrayNode rows = node.putArray("rows");
    for (List<Object> row : table.rows()) {
      ArrayNode values = rows.addArray();
      row.forEach(value -> add(values, value, table.name()));
    }
    return node;
  }

  /** A number, or its name where it is not finite. */
  static JsonNode number(double value) {
    return Double.isFinite(value)
        ? DoubleNode.valueOf(value)
        : TextNode.valueOf(Double.toString(value));
  }

  private static void add(ArrayNode values, Object value, String table) {
    switch (value) {
      case Boolean truth -> values.add((boolean) truth);
      case Long number -> values.add((long) number);
      case Double number -> values.add(number(number));
      case String text when NOT_FINITE.contains(text) ->
          throw new IllegalArgumentException(
              table
                  + ": the text "
                  + text
                  + " stands for a number: put the number, or other words");
      default -> values.add((String) value);
    }
  }

  /**
   * @throws IllegalArgumentException for what no table is
   */
  static Table read(JsonNode node) {
    List<String> columns = new ArrayList<>();
    Fields.array(node, "columns").forEach(column -> columns.add(column.asText()));
    List<List<Object>> rows = new ArrayList<>();
    for (JsonNode row : Fields.array(node, "rows")) {
      List<Object> values = new ArrayList<>(row.size());
      row.forEach(value -> values.add(value(value)));
      rows.add(values);
    }
    return new Table(Fields.text(node, "name"), columns, rows);
  }

  private static Object value(JsonNode value) {
    return switch (value.getNodeType()) {
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> value.isIntegralNumber() ? value.longValue() : (Object) value.doubleValue();
      case STRING ->
          NOT_FINITE.contains(value.textValue())
              ? (Object) Double.parseDouble(value.textValue())
              : value.textValue();
      default -> throw new IllegalArgumentException("a table's value is " + value);
    };
  }
}
