package dev.espalier.pruner.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.PruneFile;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.Allocations;
import dev.espalier.pruner.plan.Target;
import dev.espalier.pruner.plan.WeightScore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/report.md says what a real report holds: no field more, no field less. */
class ReportDocumentationTest {
  private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| ([a-z ]+) \\| .+ \\|");

  @TempDir Path folder;

  @Test
  void theTableIsTheReport() throws IOException {
    Map<String, String> documented = documented();
    Map<String, TreeSet<String>> found = new TreeMap<>();

    collect("", report(Optional.empty()), found);
    collect("", report(Optional.of(Map.of("encoder.0", 0.75, "encoder.2", 0.25))), found);

    Map<String, TreeSet<String>> expected = new TreeMap<>();
    documented.forEach(
        (path, type) -> expected.put(path, new TreeSet<>(List.of(type.split(" or ")))));
    assertEquals(expected, found);
  }

  @Test
  void theCutCanBeMadeAgainFromTheReport() throws IOException {
    JsonNode report = report(Optional.empty());
    OnnxModel pruned = OnnxModel.read(folder.resolve("out/pruned.onnx"));

    for (Tensor tensor : Networks.autoencoder(8, 10, 6, 1).initializers().values()) {
      Tensor cut = tensor;
      for (Map.Entry<String, JsonNode> axis : report.get("kept").path(tensor.name()).properties()) {
        int[] kept = new ObjectMapper().convertValue(axis.getValue(), int[].class);
        cut = cut.select(Integer.parseInt(axis.getKey()), kept);
      }
      assertArrayEquals(cut.floats(), pruned.initializers().get(tensor.name()).floats());
    }
    assertEquals("p-1", pruned.metadata().get(PruneFile.PRUNING_ID));
    assertEquals(
        report.at("/provenance/model_digest").asText(),
        pruned.metadata().get(PruneFile.SOURCE_DIGEST));
  }

  private JsonNode report(Optional<Map<String, Double>> importance) throws IOException {
    byte[] bytes = Networks.autoencoder(8, 10, 6, 1).bytes();
    Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    PruneFile pruneFile = new PruneFile(new Pruner(), clock, "0.0.0");
    Traced traced = pruneFile.pruner().analyze(OnnxModel.parse(bytes));
    PruneFile.Task task =
        new PruneFile.Task(
            "p-1",
            "model.onnx",
            bytes.length,
            OnnxModel.digest(bytes),
            new Pruner.Order(
                new Target.Parameters(0.5),
                importance.map(Allocations::byImportance).orElse(Allocations.global()),
                WeightScore.L2),
            new PruneFile.Names("global", "l2"),
            importance.map(shares -> new PruneFile.Run("r-1", shares, "digest")),
            "out/pruned.onnx");
    pruneFile.prune(task, traced, folder.resolve("out"), stage -> {});
    JsonNode report = new ObjectMapper().readTree(folder.resolve("out/report.json").toFile());
    assertEquals("2026-01-02T03:04:05Z", report.at("/provenance/time").asText());
    return report;
  }

  private static Map<String, String> documented() throws IOException {
    Map<String, String> fields = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("../docs/report.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        fields.put(row.group(1), row.group(2));
      }
    }
    assertTrue(fields.size() > 30, fields.size() + " rows");
    return fields;
  }

  private static void collect(String path, JsonNode node, Map<String, TreeSet<String>> found) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field -> {
                boolean named = !path.startsWith("kept");
                String name = named ? field.getKey() : "*";
                collect(path.isEmpty() ? name : path + "." + name, field.getValue(), found);
              });
    } else if (node.isArray()) {
      node.forEach(entry -> collect(path + "[]", entry, found));
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
