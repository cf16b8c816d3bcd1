package dev.espalier.experiment.report;

import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.chart.Chart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A report in Markdown, as GitHub has it, with its plots beside it. */
final class Markdown {
  private static final Pattern SPECIAL =
      Pattern.compile("[\\\\`*|~$]|(?<!\\w)_|_(?!\\w)|\\](?=[(\\[:])");
  private static final Pattern BEGIN = Pattern.compile("^(\\d+)([.)])|^([#+=-])");
  private final StringBuilder out = new StringBuilder();

  private Markdown() {}

  static String of(Outline outline) {
    return new Markdown().write(outline);
  }

  private String write(Outline outline) {
    paragraph("# " + inline(outline.name()));
    paragraph(text(outline.question()));
    if (outline.quick()) {
      paragraph("> " + Outline.QUICK);
    }
    outline.hindrance().ifPresent(why -> paragraph("> " + inline(why)));
    paragraph("## Verdicts");
    if (outline.findings().verdicts().isEmpty()) {
      paragraph("No claim was tested.");
    }
    for (Findings.Verdict verdict : outline.findings().verdicts()) {
      String outcome = Shown.outcome(verdict.outcome());
      out.append("- **").append(outcome.substring(0, 1).toUpperCase(Locale.ROOT));
      out.append(outcome.substring(1)).append(":** ").append(inline(verdict.claim()));
      if (!verdict.numbers().isBlank()) {
        out.append("\\\n  ").append(inline(verdict.numbers()));
      }
      out.append('\n');
    }
    out.append('\n');
    outline.findings().sections().forEach(section -> section(section, outline));
    paragraph("## Provenance");
    outline
        .facts()
        .forEach(
            (name, fact) ->
                out.append("- ").append(name).append(": ").append(inline(fact)).append('\n'));
    paragraph("\nTo repeat it:");
    paragraph("```\n" + outline.command().replace("```", "'''") + "\n```");
    paragraph(inline(Tables.files(outline.files())));
    return out.toString().stripTrailing() + "\n";
  }

  private void section(Findings.Section section, Outline outline) {
    paragraph("## " + inline(section.title()));
    for (String paragraph : section.text().split("\n\\s*\n")) {
      if (!paragraph.isBlank()) {
        paragraph(text(paragraph));
      }
    }
    for (Chart chart : section.charts()) {
      String title = inline(chart.title());
      paragraph(
          outline.pictures().containsKey(chart.name())
              ? "!["
                  + title.replaceAll("(?<!\\\\)[\\[\\]]", "\\\\$0")
                  + "](plots/"
                  + chart.name()
                  + ".svg)"
              : "Not drawn: " + title);
    }
    section.tables().forEach(this::table);
  }

  private void table(Table table) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(table.columns().stream().map(Markdown::inline).toList());
    table
        .rows()
        .forEach(row -> rows.add(row.stream().map(Shown::value).map(Markdown::inline).toList()));
    paragraph("**" + inline(table.name().replace('-', ' ')) + "**");
    int[] widths = new int[table.columns().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] =
            Math.max(widths[i], Math.max(3, row.get(i).codePointCount(0, row.get(i).length())));
      }
    }
    for (int r = 0; r < rows.size(); r++) {
      for (int i = 0; i < widths.length; i++) {
        String value = rows.get(r).get(i);
        String space = " ".repeat(widths[i] - value.codePointCount(0, value.length()));
        boolean right = Tables.numeric(table, i);
        out.append("| ").append(right ? space + value : value + space).append(' ');
      }
      out.append("|\n");
      if (r == 0) {
        for (int i = 0; i < widths.length; i++) {
          String line = "-".repeat(widths[i]);
          out.append(
              Tables.numeric(table, i) ? "| " + line.substring(1) + ": " : "| " + line + " ");
        }
        out.append("|\n");
      }
    }
    out.append('\n');
  }

  private void paragraph(String text) {
    out.append(text).append("\n\n");
  }

  /** Text that begins a line. */
  private static String text(String text) {
    return BEGIN.matcher(inline(text)).replaceFirst("$1\\\\$2$3");
  }

  /** Text within a line: nothing in it is markup. */
  static String inline(String text) {
    String line = text.strip().replaceAll("\\s+", " ").replaceAll("\\p{Cc}", "\uFFFD");
    String harmless = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return SPECIAL.matcher(harmless).replaceAll("\\\\$0");
  }
}
