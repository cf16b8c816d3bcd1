package dev.espalier.pruner.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fields of JSON files and their types, as found and as a page in docs has them. */
final class DocumentedFields {
  private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| ([a-z ]+) \\| .+ \\|");

  private final Set<String> maps;
  private final Map<String, Set<String>> found = new TreeMap<>();

  /**
   * @param maps paths of objects whose keys are data
   */
  DocumentedFields(String... maps) {
    this.maps = Set.of(maps);
  }

  /** Types by path, without those of containers. */
  static Map<String, Set<String>> in(String page) throws IOException {
    Map<String, Set<String>> fields = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("../docs", page))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Set<String> types = new TreeSet<>(List.of(row.group(2).split(" or ")));
        types.removeAll(Set.of("object", "list"));
        fields.put(row.group(1), types);
      }
    }
    assertTrue(fields.size() > 15, fields.size() + " rows");
    return fields;
  }

  Map<String, Set<String>> types() {
    return found;
  }

  void collect(byte[] json) throws IOException {
    collect(new ObjectMapper().readTree(json));
  }

  void collect(JsonNode json) {
    collect("", json);
  }

  private void collect(String path, JsonNode node) {
    if (node.isObject()) {
      boolean data = maps.contains(path);
      node.properties()
          .forEach(
              field -> {
                String name = data ? "*" : field.getKey();
                collect(path.isEmpty() ? name : path + "." + name, field.getValue());
              });
    } else if (node.isArray()) {
      node.forEach(entry -> collect(path + "[]", entry));
    } else {
      found.computeIfAbsent(path, p -> new TreeSet<>()).add(type(node));
    }
  }

  private static String type(JsonNode node) {
    return switch (node.getNodeType()) {
      case NUMBER -> node.isIntegralNumber() ? "integer" : "number";
      case STRING -> "string";
      case BOOLEAN -> "boolean";
      case NULL -> "null";
      default -> throw new AssertionError(node);
    };
  }
}
