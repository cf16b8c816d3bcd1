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
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages in docs say what real reports hold: no field more, no field less. */
class ReportDocumentationTest {
  @TempDir Path folder;

  @Test
  void theTableIsTheReport() throws IOException {
    DocumentedFields found = new DocumentedFields("kept", "kept.*", "target.components");

    found.collect(report(Optional.empty()));
    found.collect(report(Optional.of(Map.of("encoder.0", 0.75, "encoder.2", 0.25))));
    for (Report.TargetReached target : SampleReports.targets()) {
      found.collect(ReportJson.bytes(SampleReports.plain(3, target)));
    }

    assertEquals(DocumentedFields.in("report.md"), found.types());
  }

  @Test
  void theTableOfSensitivitiesIsWhatIsWritten() throws IOException {
    DocumentedFields found = new DocumentedFields();

    found.collect(ReportJson.bytes(SampleReports.sensitivity(3)));

    assertEquals(DocumentedFields.in("sensitivity.md"), found.types());
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
    assertTrue(Files.readString(folder.resolve("out/report.html")).contains("2 January 2026"));
    assertEquals("2026-01-02T03:04:05Z", report.at("/provenance/time").asText());
    return report;
  }
}
