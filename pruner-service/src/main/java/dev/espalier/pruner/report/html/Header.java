package dev.espalier.pruner.report.html;

import dev.espalier.html.Markup;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * The top of a page.
 *
 * @param kind such as "Pruning report"
 * @param title what it is about
 * @param facts short, beside each other
 * @param lede the result in a sentence or two
 * @param contents section ids and their names, for the way there
 */
record Header(String kind, String title, List<String> facts, String lede, List<Entry> contents)
    implements Part {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** A section's id, and its name. */
  record Entry(String id, String name) {}

  static String time(Instant time) {
    return TIME.format(time);
  }

  @Override
  public void write(Markup page) {
    page.open("header", "class", "top");
    page.open("div", "class", "brand");
    logo(page);
    page.leaf("span", "Espalier", "class", "name").leaf("span", kind, "class", "kind").close();
    page.leaf("h1", title);
    page.open("ul", "class", "facts");
    facts.forEach(fact -> page.leaf("li", fact));
    page.close();
    page.leaf("p", lede, "class", "lede");
    page.open("nav", "aria-label", "Sections");
    contents.forEach(entry -> page.leaf("a", entry.name, "href", "#" + entry.id));
    page.close().close();
  }

  private static void logo(Markup page) {
    page.open("svg", "class", "logo", "viewBox", "0 0 24 24", "aria-hidden", "true");
    page.empty("path", "d", "M12 22V3M12 18H5Q3 18 3 16V12M12 18H19Q21 18 21 16V12");
    page.empty("path", "d", "M12 11H8.500Q7 11 7 9.500V6M12 11H15.500Q17 11 17 9.500V6");
    page.close();
  }
}
