package dev.espalier.pruner.report.html;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.pruner.report.SampleReports;
import dev.espalier.pruner.report.SensitivityReport;
import dev.espalier.pruner.report.SensitivityReport.GroupSensitivity;
import dev.espalier.pruner.report.SensitivityReport.Point;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class SensitivityHtmlTest {
  @Test
  void everyGroupHasItsRow() throws Exception {
    SensitivityReport report = SampleReports.sensitivity(40);

    Document page = Documents.parse(SensitivityHtml.of(report));

    Documents.assertSelfContained(page);
    String table = Documents.section(page, "table");
    for (GroupSensitivity group : report.groups()) {
      assertTrue(table.contains(group.id()), group.id());
      for (Point point : group.points()) {
        String cell = point.error() == null ? "not finite" : Numbers.significant(point.error());
        assertTrue(table.contains(cell), cell);
      }
    }
  }

  @Test
  void aGroupThatOverflowsIsTheMostSensitive() throws Exception {
    String text =
        Documents.parse(SensitivityHtml.of(SampleReports.sensitivity(40)))
            .getDocumentElement()
            .getTextContent();

    assertTrue(text.contains("suffer most where units of layer2.2.conv.weight go"), text);
  }

  @Test
  void hugeHostileAndEmptyReportsAreSmallPages() throws Exception {
    SensitivityReport sample = SampleReports.sensitivity(2000);
    String hostile = "\"><script>".repeat(1000);
    SensitivityReport huge =
        new SensitivityReport(
            sample.shares(),
            sample.groups().stream()
                .map(
                    g -> new GroupSensitivity(hostile, List.of(hostile), hostile, 9, 9, g.points()))
                .toList(),
            sample.provenance());

    String html = SensitivityHtml.of(huge);

    assertTrue(html.getBytes(UTF_8).length < 2_000_000, html.length() + " characters");
    Documents.assertSelfContained(Documents.parse(html));
    assertTrue(html.contains("1,700 more groups in sensitivity.json"));
    Documents.assertSelfContained(
        Documents.parse(SensitivityHtml.of(SampleReports.sensitivity(0))));
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Point(0.5, 1, 1, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Point(0.5, -1, 1, 0.1));
    SensitivityReport.Provenance provenance = SampleReports.sensitivity(0).provenance();
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new SensitivityReport(List.of(0.5, 0.2), List.of(), provenance));
    assertEquals("shares = [0.5, 0.2]: not ascending in (0, 1)", e.getMessage());
  }
}
