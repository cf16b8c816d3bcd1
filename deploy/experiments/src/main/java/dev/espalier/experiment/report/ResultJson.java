package dev.espalier.experiment.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.RunProvenance;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.chart.Chart;
import java.nio.file.Path;
import java.util.List;

/** Everything about an experiment in one JSON document; numbers as in {@link TableJson}. */
final class ResultJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ResultJson() {}

  static byte[] of(
      Experiment experiment,
      Setup setup,
      Provenance provenance,
      List<CellResult> results,
      Findings findings)
      throws JsonProcessingException {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("experiment", experiment.name()).put("question", experiment.question());
    root.putObject("setup")
        .put("seeds", setup.seeds())
        .put("quick", setup.quick())
        .put("data", setup.data().map(Path::toString).orElse(null))
        .put("data_digest", provenance.dataDigest().isEmpty() ? null : provenance.dataDigest());
    root.set("provenance", provenance(provenance));
    root.set("findings", findings(findings));
    ArrayNode cells = root.putArray("cells");
    for (CellResult result : results) {
      cells.add(cell(result));
    }
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
  }

  private static ObjectNode provenance(Provenance provenance) {
    return MAPPER
        .createObjectNode()
        .put("version", provenance.version())
        .put("code", provenance.code())
        .put("commit", provenance.commit())
        .put("java", provenance.java())
        .put("machine", provenance.machine())
        .put("processors", provenance.processors())
        .put("started", provenance.started().toString())
        .put("command", provenance.command());
  }

  private static ObjectNode findings(Findings findings) {
    ObjectNode node = MAPPER.createObjectNode();
    ArrayNode verdicts = node.putArray("verdicts");
    for (Findings.Verdict verdict : findings.verdicts()) {
      verdicts
          .addObject()
          .put("claim", verdict.claim())
          .put("outcome", verdict.outcome().name())
          .put("numbers", verdict.numbers());
    }
    ArrayNode sections = node.putArray("sections");
    for (Findings.Section section : findings.sections()) {
      ObjectNode written = sections.addObject();
      written.put("title", section.title()).put("text", section.text());
      ArrayNode charts = written.putArray("charts");
      section.charts().forEach(chart -> charts.add(chart(chart)));
      ArrayNode tables = written.putArray("tables");
      section.tables().forEach(table -> tables.add(TableJson.write(table)));
    }
    return node;
  }

  private static ObjectNode chart(Chart chart) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("name", chart.name()).put("title", chart.title());
    switch (chart) {
      case Chart.Lines lines -> {
        axis(node, "x", lines.x());
        axis(node, "y", lines.y());
        ArrayNode all = node.putArray("lines");
        for (Chart.Line line : lines.lines()) {
          ObjectNode one = all.addObject().put("label", line.label());
          numbers(one, "x", line.x());
          numbers(one, "y", line.y());
          numbers(one, "low", line.low());
          numbers(one, "high", line.high());
        }
      }
      case Chart.Bars bars -> {
        bars.categories().forEach(node.putArray("categories")::add);
        axis(node, "y", bars.y());
        ArrayNode all = node.putArray("bars");
        for (Chart.Bar bar : bars.bars()) {
          ObjectNode one = all.addObject().put("label", bar.label());
          numbers(one, "value", bar.value());
          numbers(one, "low", bar.low());
          numbers(one, "high", bar.high());
        }
      }
    }
    return node;
  }

  private static void axis(ObjectNode chart, String name, Chart.Axis axis) {
    chart.putObject(name).put("label", axis.label()).put("logarithmic", axis.logarithmic());
  }

  private static void numbers(ObjectNode series, String name, double[] values) {
    ArrayNode numbers = series.putArray(name);
    for (double value : values) {
      numbers.add(TableJson.number(value));
    }
  }

  private static ObjectNode cell(CellResult result) {
    ObjectNode cell = MAPPER.createObjectNode();
    result.cell().settings().forEach(cell.putObject("settings")::put);
    cell.put("seed", result.cell().seed()).put("seconds", result.seconds());
    ArrayNode runs = cell.putArray("runs");
    for (RunProvenance run : result.runs()) {
      ObjectNode written = runs.addObject().put("id", run.id());
      written.set("run", json(run.run()));
      written.put("model_digest", run.modelDigest()).put("log_digest", run.logDigest());
    }
    ArrayNode tables = cell.putArray("tables");
    result.tables().forEach(table -> tables.add(TableJson.write(table)));
    return cell;
  }

  /** The text's JSON; the text itself where it is none, so that nothing is lost. */
  private static JsonNode json(String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      return node.isObject() ? node : TextNode.valueOf(text);
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(text);
    }
  }
}
