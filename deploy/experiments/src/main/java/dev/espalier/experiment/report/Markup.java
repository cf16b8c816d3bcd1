package dev.espalier.experiment.report;

import java.util.ArrayDeque;
import java.util.Deque;

/** Writes HTML that is also well-formed XML; text and attributes may hold anything. */
final class Markup {
  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Begins an element; attributes are name, value, name, value. */
  Markup open(String tag, String... attributes) {
    start(tag, attributes).append('>');
    open.push(tag);
    return this;
  }

  /** An element without content. */
  Markup empty(String tag, String... attributes) {
    start(tag, attributes).append("/>");
    return this;
  }

  /** A whole element that holds only text. */
  Markup leaf(String tag, String text, String... attributes) {
    open(tag, attributes);
    out.append(escaped(text));
    return close();
  }

  /** The program's own markup. */
  Markup raw(String markup) {
    out.append(markup).append('\n');
    return this;
  }

  /** Ends the element that was begun last. */
  Markup close() {
    String tag = open.pop();
    out.append("</").append(tag).append('>');
    if (!tag.equals("td") && !tag.equals("th") && !tag.equals("span")) {
      out.append('\n');
    }
    return this;
  }

  String done() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("still open: " + open);
    }
    return out.toString();
  }

  /** Text as both HTML and XML take it; characters that neither holds become U+FFFD. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(printable(c) ? c : 0xFFFD);
              }
            });
    return escaped.toString();
  }

  private static boolean printable(int c) {
    return c == '\n'
        || c == '\t'
        || switch (Character.getType(c)) {
          case Character.CONTROL, Character.SURROGATE, Character.UNASSIGNED, Character.FORMAT ->
              false;
          default -> true;
        };
  }

  private StringBuilder start(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      out.append(escaped(attributes[i + 1])).append('"');
    }
    return out;
  }
}
