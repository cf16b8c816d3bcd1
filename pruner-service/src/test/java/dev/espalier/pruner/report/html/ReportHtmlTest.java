package dev.espalier.pruner.report.html;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.pruner.report.Report;
import dev.espalier.pruner.report.Report.DeclinedAt;
import dev.espalier.pruner.report.Report.GroupCut;
import dev.espalier.pruner.report.Report.TargetReached;
import dev.espalier.pruner.report.Report.TensorCut;
import dev.espalier.pruner.report.SampleReports;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class ReportHtmlTest {
  private static final TargetReached HALF = TargetReached.parameters(0.5, 0.503);
  private static final List<String> HOSTILE =
      List.of(
          "<script>alert(1)</script>",
          "\" onmouseover=\"alert(1)",
          "' style='x",
          "]]></style></svg><img src=x onerror=alert(1)>",
          "--></td></table>",
          "&lt;&#x3c;&amp;&nbsp;",
          "\0\u0007\r\n\t\u001b[2J\u007f\u0085",
          "\ud800 lone \udc00",
          "\u202egnp.exe\u2066 \ufffe\uffff \ufeff",
          "\ud83c\udf33".repeat(90) + "日本語",
          "x".repeat(10_000));

  @Test
  void everyKindOfReportIsAWellFormedPageOfItsOwn() throws Exception {
    List<Report> reports = new ArrayList<>();
    for (TargetReached target : SampleReports.targets()) {
      reports.add(SampleReports.worldModel(target));
      reports.add(SampleReports.plain(60, target));
    }
    reports.add(SampleReports.wide(12, 90));
    reports.add(SampleReports.of(HALF, List.of(), List.of(), true));

    for (Report report : reports) {
      Documents.assertSelfContained(Documents.parse(ReportHtml.of(report)));
    }
  }

  @Test
  void everyGroupIsThereAndTheMostImportantComesFirst() throws Exception {
    Report report = SampleReports.worldModel(HALF);

    Document page = Documents.parse(ReportHtml.of(report));

    String groups = Documents.section(page, "groups");
    String network = Documents.section(page, "network");
    for (GroupCut group : report.groups()) {
      assertTrue(groups.contains(group.id()), group.id());
      assertTrue(network.contains("%d / %d".formatted(group.kept(), group.units())), group.id());
    }
    assertTrue(groups.indexOf("encoder.latent") < groups.indexOf("encoder.0.weight"));
    assertTrue(network.contains("couples dynamics + reward + q"), network);
  }

  @Test
  void numbersAreForPeople() throws Exception {
    String text =
        Documents.parse(ReportHtml.of(SampleReports.worldModel(HALF)))
            .getDocumentElement()
            .getTextContent();

    for (String expected :
        List.of("1,100,112", "−50.3 %", "0.219 ms", "4.40 MB", "4.10e-7", "Remove 50.0 % of")) {
      assertTrue(text.contains(expected), expected);
    }
  }

  @Test
  void hostileNamesChangeNothingButTheText() throws Exception {
    List<String> plain = Documents.shape(Documents.parse(ReportHtml.of(named(name -> "a"))));

    for (String hostile : HOSTILE) {
      String html = ReportHtml.of(named(name -> hostile));
      Document page = Documents.parse(html);

      assertEquals(plain, Documents.shape(page), hostile);
      Documents.assertSelfContained(page);
      assertEquals(html, new String(html.getBytes(UTF_8), UTF_8));
      assertFalse(html.contains("\u202e"));
    }
    String script = ReportHtml.of(named(name -> HOSTILE.getFirst()));
    assertTrue(Documents.section(Documents.parse(script), "groups").contains(HOSTILE.getFirst()));
  }

  @Test
  void aHugeReportStaysSmallAndSaysWhatIsLeftOut() throws Exception {
    Report wide = SampleReports.wide(300, 2000);
    List<DeclinedAt> declined = new ArrayList<>();
    String longest = "\"".repeat(10_000);
    for (int i = 0; i < 5000; i++) {
      declined.add(new DeclinedAt(longest, "Op", i + longest, List.of(longest, longest + i)));
    }
    List<GroupCut> groups =
        wide.groups().stream().map(group -> rename(group, name -> name + longest)).toList();

    String html = ReportHtml.of(SampleReports.of(HALF, groups, declined, true));

    assertTrue(html.getBytes(UTF_8).length < 2_000_000, html.length() + " characters");
    Document page = Documents.parse(html);
    assertTrue(Documents.section(page, "groups").contains("1,700 more groups in report.json"));
    assertTrue(Documents.section(page, "declined").contains("4,880 more reasons in report.json"));
    assertTrue(Documents.section(page, "network").contains("293 more components"));
  }

  @Test
  void placesWithTheSameReasonStandTogether() throws Exception {
    Report report = SampleReports.of(HALF, List.of(), SampleReports.declined(5000), true);

    String declined = Documents.section(Documents.parse(ReportHtml.of(report)), "declined");

    assertEquals(declined.indexOf("no rule"), declined.lastIndexOf("no rule"));
    assertTrue(declined.contains("and 1,661 more"), declined);
  }

  private static Report named(UnaryOperator<String> name) {
    String n = name.apply("");
    List<GroupCut> groups =
        SampleReports.worldModel(HALF).groups().stream().map(g -> rename(g, name)).toList();
    List<DeclinedAt> declined = List.of(new DeclinedAt(n, n, n, List.of(n)));
    Report sample = SampleReports.of(HALF, groups, declined, true);
    return new Report(
        sample.before(),
        sample.after(),
        TargetReached.components(Map.of(n, new Report.ComponentReached(0.5, 0.5)), 0.5),
        sample.groups(),
        sample.kept(),
        new Report.Verified(0.1, 0.1, false, n, List.of(new Report.ApproximateAt(n, n, n)), 1),
        sample.declined(),
        new Report.Provenance(n, n, n, n, n, n, n, n, n, n, n, n, sample.provenance().time()));
  }

  private static GroupCut rename(GroupCut group, UnaryOperator<String> name) {
    return new GroupCut(
        name.apply(group.id()),
        group.kind(),
        group.components().stream().map(component -> component + name.apply("")).toList(),
        group.units(),
        group.kept(),
        group.importance(),
        group.parameters(),
        group.isProtected(),
        group.tensors().stream()
            .map(t -> new TensorCut(name.apply(t.name()), t.axis(), t.kept(), t.length()))
            .toList());
  }
}
