package dev.espalier.experiment.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.RunProvenance;
import dev.espalier.experiment.Table;
import dev.espalier.onnx.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A cell's result in a file of its own; what is read equals what was written, bit for bit. */
public final class CellResultJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private CellResultJson() {}

  /**
   * Writes a result, whole or not at all.
   *
   * @throws IllegalArgumentException for a table with a text NaN, Infinity or -Infinity
   * @throws IOException where the disk fails
   */
  public static void write(Path file, CellResult result) throws IOException {
    ObjectNode node = MAPPER.createObjectNode();
    result.cell().settings().forEach(node.putObject("settings")::put);
    node.put("seed", result.cell().seed()).put("seconds", result.seconds());
    ArrayNode runs = node.putArray("runs");
    for (RunProvenance run : result.runs()) {
      runs.addObject()
          .put("id", run.id())
          .put("run", run.run())
          .put("model_digest", run.modelDigest())
          .put("log_digest", run.logDigest());
    }
    ArrayNode tables = node.putArray("tables");
    result.tables().forEach(table -> tables.add(TableJson.write(table)));
    AtomicFile.write(file, MAPPER.writeValueAsBytes(node));
  }

  /**
   * Reads a result.
   *
   * @throws IOException where the file cannot be read, or holds no result; names it
   */
  public static CellResult read(Path file) throws IOException {
    try {
      JsonNode node = MAPPER.readTree(Files.readAllBytes(file));
      Map<String, String> settings = new LinkedHashMap<>();
      JsonNode written = Fields.object(node, "settings");
      written.fieldNames().forEachRemaining(name -> settings.put(name, Fields.text(written, name)));
      List<RunProvenance> runs = new ArrayList<>();
      Fields.array(node, "runs").forEach(run -> runs.add(run(run)));
      List<Table> tables = new ArrayList<>();
      Fields.array(node, "tables").forEach(table -> tables.add(TableJson.read(table)));
      Cell cell = new Cell(settings, Fields.whole(node, "seed"));
      return new CellResult(cell, Fields.number(node, "seconds"), runs, tables);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IOException(
          file + " holds no cell's result (" + e.getMessage() + "): delete it, and run again", e);
    }
  }

  private static RunProvenance run(JsonNode run) {
    return new RunProvenance(
        Fields.text(run, "id"),
        Fields.text(run, "run"),
        Fields.text(run, "model_digest"),
        Fields.text(run, "log_digest"));
  }
}
