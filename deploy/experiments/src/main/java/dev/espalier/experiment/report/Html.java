package dev.espalier.experiment.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.chart.Chart;
import dev.espalier.html.Markup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** A report as one HTML file: no script, nothing from elsewhere. */
final class Html {
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  private final Markup page = new Markup();
  private final Outline outline;

  private Html(Outline outline) {
    this.outline = outline;
  }

  static String of(Outline outline) {
    return new Html(outline).write();
  }

  private String write() {
    page.open("html", "lang", "en").open("head").empty("meta", "charset", "utf-8");
    page.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.empty("link", "rel", "icon", "href", "data:,");
    page.leaf("title", "Espalier: " + outline.name());
    page.style(style()).close();
    page.open("body");
    header();
    page.open("main");
    verdicts();
    List<Findings.Section> sections = outline.findings().sections();
    for (int i = 0; i < sections.size(); i++) {
      section(sections.get(i), "s" + (i + 1));
    }
    provenance();
    page.close().close().close();
    return "<!DOCTYPE html>\n" + page.done();
  }

  private void header() {
    page.open("header").open("div", "class", "brand");
    page.open("svg", "class", "logo", "viewBox", "0 0 24 24", "aria-hidden", "true");
    page.empty("path", "d", "M12 22V3M12 18H5Q3 18 3 16V12M12 18H19Q21 18 21 16V12");
    page.empty("path", "d", "M12 11H8.500Q7 11 7 9.500V6M12 11H15.500Q17 11 17 9.500V6").close();
    page.leaf("span", "Espalier", "class", "name").leaf("span", "Experiment", "class", "kind");
    page.close().leaf("h1", outline.name()).leaf("p", outline.question(), "class", "lede");
    if (outline.quick()) {
      page.leaf("p", Outline.QUICK, "class", "notice");
    }
    outline.hindrance().ifPresent(why -> page.leaf("p", why, "class", "notice"));
    page.open("nav", "aria-label", "Sections");
    page.leaf("a", "Verdicts", "href", "#verdicts");
    for (int i = 0; i < outline.findings().sections().size(); i++) {
      page.leaf("a", outline.findings().sections().get(i).title(), "href", "#s" + (i + 1));
    }
    page.leaf("a", "Provenance", "href", "#provenance").close().close();
  }

  private void verdicts() {
    page.open("section", "class", "card", "id", "verdicts").leaf("h2", "Verdicts");
    if (outline.findings().verdicts().isEmpty()) {
      page.leaf("p", "No claim was tested.", "class", "muted");
    }
    for (Findings.Verdict verdict : outline.findings().verdicts()) {
      String kind = verdict.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-');
      page.open("div", "class", "verdict");
      page.leaf("span", Shown.outcome(verdict.outcome()), "class", "badge " + kind);
      page.open("div").leaf("p", verdict.claim(), "class", "claim");
      page.leaf("p", verdict.numbers(), "class", "muted").close().close();
    }
    page.close();
  }

  private void section(Findings.Section section, String id) {
    page.open("section", "class", "card", "id", id).leaf("h2", section.title());
    for (String paragraph : section.text().split("\n\\s*\n")) {
      if (!paragraph.isBlank()) {
        page.leaf("p", paragraph.strip());
      }
    }
    for (Chart chart : section.charts()) {
      String picture = outline.pictures().get(chart.name());
      if (picture == null) {
        page.leaf("p", "Not drawn: " + chart.title(), "class", "muted");
      } else {
        page.open("figure").drawing(picture).close();
      }
    }
    section.tables().forEach(this::table);
    page.close();
  }

  private void table(Table table) {
    page.open("div", "class", "scroll").open("table");
    page.leaf("caption", table.name().replace('-', ' '));
    page.open("thead").open("tr");
    for (int i = 0; i < table.columns().size(); i++) {
      page.leaf("th", table.columns().get(i), "scope", "col", "class", side(table, i));
    }
    page.close().close().open("tbody");
    for (List<Object> row : table.rows()) {
      page.open("tr");
      for (int i = 0; i < row.size(); i++) {
        page.leaf("td", Shown.value(row.get(i)), "class", side(table, i));
      }
      page.close();
    }
    page.close().close().close();
  }

  private static String side(Table table, int column) {
    return Tables.numeric(table, column) ? "right" : "left";
  }

  private void provenance() {
    page.open("section", "class", "card", "id", "provenance").leaf("h2", "Provenance");
    page.open("dl");
    outline
        .facts()
        .forEach((name, fact) -> page.open("div").leaf("dt", name).leaf("dd", fact).close());
    page.close();
    page.leaf("p", "To repeat it:").open("pre").leaf("code", outline.command()).close();
    page.leaf("p", Tables.files(outline.files()), "class", "muted").close();
  }

  private static String style() {
    try (InputStream in = Html.class.getResourceAsStream("page.css")) {
      if (in == null) {
        throw new IllegalStateException("page.css is missing");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
