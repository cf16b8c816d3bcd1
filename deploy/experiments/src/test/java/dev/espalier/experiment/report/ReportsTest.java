package dev.espalier.experiment.report;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Findings.Section;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.chart.Chart;
import dev.espalier.experiment.chart.DrawingException;
import dev.espalier.experiment.pendulum.PendulumExperiment;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportsTest {
  @TempDir Path folder;

  @Test
  void writesEveryFileAndNoOther() throws IOException {
    write(Sample.findings(), chart -> "<svg/>");
    write(Sample.findings(), chart -> "<svg/>");
    try (Stream<Path> files = Files.walk(folder)) {
      Set<String> names =
          files
              .filter(Files::isRegularFile)
              .map(file -> folder.relativize(file).toString())
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(
          Set.of(
              ".report",
              "loss.csv",
              "plots/bars.svg",
              "plots/curve.svg",
              "ranks.csv",
              "report.html",
              "report.md",
              "result.json"),
          names);
    }
  }

  @Test
  void whatAnEarlierReportLeftGoesAndNothingElse() throws IOException {
    write(Sample.findings(), chart -> "<svg/>");
    Path mine = Files.writeString(folder.resolve("mine.csv"), "mine");
    Path drawn = Files.writeString(folder.resolve("plots/mine.svg"), "mine");
    Findings one = new Findings(List.of(), List.of(Sample.findings().sections().getLast()));

    write(one, chart -> "<svg/>");
    assertFalse(Files.exists(folder.resolve("plots/curve.svg")));
    assertTrue(Files.exists(folder.resolve("plots/bars.svg")));

    Files.writeString(folder.resolve(Written.LIST), "../x.csv\nmine/../mine.csv\n", APPEND);
    Written.delete(folder);
    try (Stream<Path> files = Files.walk(folder)) {
      assertEquals(Set.of(mine, drawn), files.filter(Files::isRegularFile).collect(toSet()));
    }
  }

  @Test
  void nothingIsDeletedThroughALink() throws IOException {
    write(Sample.findings(), chart -> "<svg/>");
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(folder.resolve("plots"), elsewhere);
    Files.createSymbolicLink(folder.resolve("plots"), elsewhere);
    Written.delete(folder);
    assertTrue(Files.exists(elsewhere.resolve("curve.svg")));
  }

  @Test
  void anAgentsDataIsItsOwn() throws IOException {
    Experiment agent = new PendulumExperiment();
    Setup setup = new Setup(1, true, Optional.empty());
    Findings none = new Findings(List.of(), List.of());
    Reports.write(folder, agent, setup, Sample.PROVENANCE, List.of(), none, chart -> "");
    String text = Files.readString(folder.resolve("report.md"));
    assertTrue(text.contains("- Data: what the agent plays itself\n"), text);
  }

  @Test
  void resultHasEverything() throws IOException {
    write(Sample.findings(), chart -> "<svg/>");
    JsonNode json = new ObjectMapper().readTree(folder.resolve("result.json").toFile());
    assertEquals("sample", json.at("/experiment").asText());
    assertEquals("/somewhere/mnist", json.at("/setup/data").asText());
    assertEquals("d1d1", json.at("/setup/data_digest").asText());
    assertEquals("c0de", json.at("/provenance/code").asText());
    assertTrue(json.at("/setup/quick").booleanValue());
    assertEquals("2026-01-02T03:04:05Z", json.at("/provenance/started").asText());
    assertEquals("NOT_CONFIRMED", json.at("/findings/verdicts/1/outcome").asText());
    assertEquals(Sample.AWKWARD, json.at("/findings/verdicts/1/claim").asText());
    assertEquals(4, json.at("/findings/sections/0/charts/0/lines/0/high/1").doubleValue());
    assertEquals("-Infinity", json.at("/findings/sections/1/charts/0/bars/0/low/0").asText());
    assertEquals(0.123456789, json.at("/findings/sections/0/tables/0/rows/0/1").doubleValue());
    assertEquals("a+b", json.at("/cells/0/settings/mode").asText());
    assertEquals(61.5, json.at("/cells/0/seconds").doubleValue());
    assertEquals(0.1, json.at("/cells/0/runs/0/run/rate").doubleValue());
    assertEquals("not JSON", json.at("/cells/1/runs/1/run").textValue());
    assertEquals(1.0 / 3, json.at("/cells/0/tables/0/rows/0/2").doubleValue());
    assertEquals("NaN", json.at("/cells/0/tables/0/rows/1/2").textValue());
    assertEquals(Long.MAX_VALUE, json.at("/cells/1/tables/1/rows/0/0").longValue());
  }

  @Test
  void tablesOfAllCellsAreJoined() throws IOException {
    write(Sample.findings(), chart -> "<svg/>");
    assertEquals(
        """
        cell_latent,mode,seed,latent,group,loss,more\r
        2,a+b,1,2,"a,""b\""",0.3333333333333333,\r
        2,a+b,1,3,"two
        lines",NaN,\r
        4,a+b,2,,,1.0E-10,true\r
        """,
        Files.readString(folder.resolve("loss.csv")));
    assertEquals(
        "latent,mode,seed,rank\r\n4,a+b,2,9223372036854775807\r\n",
        Files.readString(folder.resolve("ranks.csv")));
  }

  @Test
  void pageStandsAlone() throws Exception {
    Reports.write(
        folder,
        Sample.experiment(),
        Sample.SETUP,
        Sample.PROVENANCE,
        Sample.results(),
        Sample.findings());
    String html = Files.readString(folder.resolve("report.html"));
    Document page = parse(html);
    assertEquals(0, page.getElementsByTagName("script").getLength());
    assertEquals(2, page.getElementsByTagName("figure").getLength());
    assertEquals(4, elements(page, "span", "badge").size());
    assertEquals("not confirmed", elements(page, "span", "badge").get(1));
    assertTrue(elements(page, "p", "claim").contains(Sample.AWKWARD.replace('\u0007', '\u2407')));
    NodeList links = page.getElementsByTagName("a");
    for (int i = 0; i < links.getLength(); i++) {
      String target = ((Element) links.item(i)).getAttribute("href");
      assertTrue(
          target.startsWith("#") && html.contains("id=\"" + target.substring(1) + "\""), target);
    }
    assertFalse(html.replace("http://www.w3.org/2000/svg", "").contains("://"));
    List<String> cells = elements(page, "td", "right");
    assertEquals(List.of("0.1235", "12", "–", "123,456"), cells);
    assertTrue(html.indexOf("Verdicts</h2>") < html.indexOf("Curves</h2>"));
    assertTrue(html.contains("sample --seeds 2 --data &lt;mnist&gt;"));
  }

  @Test
  void markdownIsAlignedAndHarmless() throws IOException {
    write(Sample.findings(), chart -> "<svg/>");
    String text = Files.readString(folder.resolve("report.md"));
    assertTrue(text.contains("](plots/curve.svg)"));
    assertTrue(text.contains("- **Not confirmed:** &lt;script&gt;"), text);
    assertFalse(text.contains("<script>"));
    assertTrue(text.contains("1\\. Two"));
    List<String> table = text.lines().filter(line -> line.startsWith("|")).toList();
    assertEquals(4, table.size());
    assertEquals(1, table.stream().mapToInt(String::length).distinct().count(), text);
    assertTrue(table.get(0).matches("\\| name +\\| +mean \\| +count \\|"), table.get(0));
    assertTrue(table.get(1).matches("\\| -+ \\| -+: \\| -+: \\|"), table.get(1));
    assertTrue(table.get(2).contains("a\\|b \\*c\\* \\`d\\`"), table.get(2));
    assertTrue(table.get(2).endsWith("| 0.1235 |      12 |"), table.get(2));
  }

  @Test
  void markdownHasNoLinksOfOthers() {
    assertEquals("0.3 [0.1, 0.5]", Markdown.inline("0.3 [0.1, 0.5]"));
    assertEquals("[a\\](http:b)", Markdown.inline("[a](http:b)"));
    assertEquals("layer_1 \\_b\\_", Markdown.inline("layer_1 _b_"));
  }

  @Test
  void numbersAreKeptWhereNothingCanBeDrawn() throws IOException {
    Function<Chart, String> failing =
        chart -> {
          throw failure();
        };
    DrawingException e =
        assertThrows(DrawingException.class, () -> write(Sample.findings(), failing));
    assertEquals("no fonts", e.getMessage());
    assertTrue(Files.exists(folder.resolve("loss.csv")));
    assertTrue(Files.exists(folder.resolve("result.json")));
    assertFalse(Files.exists(folder.resolve("plots")));
    for (String name : List.of("report.html", "report.md")) {
      String text = Files.readString(folder.resolve(name));
      assertTrue(text.contains("no fonts") && text.contains("Not drawn: Bars"), text);
    }
  }

  @Test
  void namesThatAreNoFilesAreRefused() {
    for (List<String> names : List.of(List.of("../a"), List.of("A b"), List.of("a", "a"))) {
      List<Chart> charts =
          names.stream()
              .<Chart>map(
                  name ->
                      new Chart.Lines(name, "t", Chart.Axis.of("x"), Chart.Axis.of("y"), List.of()))
              .toList();
      Findings findings = new Findings(List.of(), List.of(new Section("s", "", charts, List.of())));
      assertThrows(IllegalArgumentException.class, () -> write(findings, chart -> "<svg/>"));
    }
  }

  private static DrawingException failure() {
    return new DrawingException("no fonts", null);
  }

  private void write(Findings findings, Function<Chart, String> drawing) throws IOException {
    Reports.write(
        folder,
        Sample.experiment(),
        Sample.SETUP,
        Sample.PROVENANCE,
        Sample.results(),
        findings,
        drawing);
  }

  private static Document parse(String html) throws Exception {
    String xml = html.substring("<!DOCTYPE html>\n".length());
    return DocumentBuilderFactory.newDefaultNSInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static List<String> elements(Document page, String tag, String type) {
    NodeList all = page.getElementsByTagName(tag);
    return java.util.stream.IntStream.range(0, all.getLength())
        .mapToObj(i -> (Element) all.item(i))
        .filter(element -> List.of(element.getAttribute("class").split(" ")).contains(type))
        .map(Element::getTextContent)
        .toList();
  }
}
