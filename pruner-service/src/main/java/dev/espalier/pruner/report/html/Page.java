package dev.espalier.pruner.report.html;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.html.Escape;
import dev.espalier.html.Markup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** One file with everything in it: no script, nothing from the network. */
final class Page {
  private static final String STYLE = resource("page.css");
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

  private Page() {}

  /**
   * @param title of the document
   * @param header what stands on top
   * @param parts the rest, in order
   * @param footer one line
   */
  static String of(String title, Part header, List<Part> parts, String footer) {
    Markup page = new Markup();
    page.open("html", "lang", "en");
    page.open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.empty("link", "rel", "icon", "href", "data:,");
    page.leaf("title", Escape.clip(title, 120));
    page.style(STYLE);
    page.close();
    page.open("body");
    hatch(page);
    header.write(page);
    page.open("main");
    parts.forEach(part -> part.write(page));
    page.close();
    page.leaf("footer", footer);
    page.close().close();
    return "<!DOCTYPE html>\n" + page.done();
  }

  private static void hatch(Markup page) {
    page.open("svg", "class", "defs", "width", "0", "height", "0", "aria-hidden", "true");
    page.open("defs");
    page.open(
        "pattern",
        "id",
        "hatch",
        "width",
        "5",
        "height",
        "5",
        "patternUnits",
        "userSpaceOnUse",
        "patternTransform",
        "rotate(45)");
    page.empty("line", "x1", "1", "y1", "0", "x2", "1", "y2", "5", "class", "hatch");
    page.close().close().close();
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
