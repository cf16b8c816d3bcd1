package dev.espalier.experiment.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.chart.Drawing;
import dev.espalier.experiment.chart.DrawingException;
import dev.espalier.onnx.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Writes what an experiment found. */
public final class Reports {
  private Reports() {}

  /**
   * Writes into a folder: {@code result.json} with everything; {@code NAME.csv} for each name of
   * the cells' tables; {@code plots/NAME.svg} for each chart; {@code report.html} and {@code
   * report.md} to read. Each file is written whole or not at all; what is there is replaced, and
   * what an earlier report left goes.
   *
   * <p>Numbers are whole in {@code result.json} and the CSV files; there, what is not finite is
   * NaN, Infinity or -Infinity, in JSON as a text. The reports show four digits.
   *
   * @param results of all cells, in their order
   * @throws DrawingException where charts cannot be drawn; all else is written then
   * @throws IllegalArgumentException for a table or a chart whose name is no file's, for two charts
   *     of one name
   * @throws IOException where the disk fails
   */
  public static void write(
      Path folder,
      Experiment experiment,
      Setup setup,
      Provenance provenance,
      List<CellResult> results,
      Findings findings)
      throws IOException {
    write(folder, experiment, setup, provenance, results, findings, Drawing::svg);
  }

  static void write(
      Path folder,
      Experiment experiment,
      Setup setup,
      Provenance provenance,
      List<CellResult> results,
      Findings findings,
      Function<Chart, String> drawing)
      throws IOException {
    List<Chart> charts =
        findings.sections().stream().flatMap(section -> section.charts().stream()).toList();
    Map<String, String> tables = Csv.of(results);
    check(charts, tables);
    Map<String, String> pictures = new LinkedHashMap<>();
    Optional<DrawingException> failure = draw(charts, drawing, pictures);
    List<String> files = files(tables.keySet(), pictures.keySet());
    Written.begin(folder, files);
    AtomicFile.write(
        folder.resolve("result.json"),
        ResultJson.of(experiment, setup, provenance, results, findings));
    for (Map.Entry<String, String> table : tables.entrySet()) {
      write(folder.resolve(table.getKey() + ".csv"), table.getValue());
    }
    for (Map.Entry<String, String> picture : pictures.entrySet()) {
      write(folder.resolve("plots").resolve(picture.getKey() + ".svg"), picture.getValue());
    }
    Outline outline =
        Outline.of(
            experiment,
            setup,
            provenance,
            results,
            findings,
            List.copyOf(tables.keySet()),
            pictures,
            failure.map(Throwable::getMessage));
    write(folder.resolve("report.html"), Html.of(outline));
    write(folder.resolve("report.md"), Markdown.of(outline));
    Written.end(folder, files);
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static List<String> files(Set<String> tables, Set<String> pictures) {
    return Stream.of(
            Stream.of("report.html", "report.md", "result.json"),
            tables.stream().map(name -> name + ".csv"),
            pictures.stream().map(name -> "plots/" + name + ".svg"))
        .flatMap(files -> files)
        .toList();
  }

  /** Draws what it can; a machine that fails at one chart fails at all. */
  private static Optional<DrawingException> draw(
      List<Chart> charts, Function<Chart, String> drawing, Map<String, String> pictures) {
    try {
      charts.forEach(chart -> pictures.put(chart.name(), drawing.apply(chart)));
      return Optional.empty();
    } catch (DrawingException e) {
      return Optional.of(e);
    }
  }

  private static void check(List<Chart> charts, Map<String, String> tables) {
    tables.keySet().forEach(name -> check("table", name));
    charts.forEach(chart -> check("chart", chart.name()));
    List<String> names = charts.stream().map(Chart::name).toList();
    if (names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException("two charts have one name: name them apart in " + names);
    }
  }

  private static void check(String what, String name) {
    if (!name.matches("[a-z0-9-]+")) {
      throw new IllegalArgumentException(
          what + " = \"" + name + "\": must match [a-z0-9-]+, since it names a file");
    }
  }

  private static void write(Path file, String text) throws IOException {
    AtomicFile.write(file, text.getBytes(UTF_8));
  }
}
