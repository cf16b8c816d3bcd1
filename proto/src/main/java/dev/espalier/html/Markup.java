package dev.espalier.html;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Writes markup that is well-formed both as HTML and as XML. Text and attribute values may hold
 * anything; tags and attribute names are the program's own.
 */
public final class Markup {
  private static final Set<String> BLOCKS =
      Set.of("section", "div", "tr", "head", "header", "table", "dl", "figure", "main");

  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Begins an element; attributes are name, value, name, value. */
  public Markup open(String tag, String... attributes) {
    start(tag, attributes).append('>');
    open.push(tag);
    return this;
  }

  /** An element without content: void in HTML, or of SVG. */
  public Markup empty(String tag, String... attributes) {
    start(tag, attributes).append("/>");
    return this;
  }

  /** A whole element that holds only text. */
  public Markup leaf(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** Text, which may hold anything. */
  public Markup text(String text) {
    Escape.into(out, text);
    return this;
  }

  /** The program's own style sheet, which holds neither {@code <} nor {@code &}. */
  public Markup style(String css) {
    if (css.indexOf('<') >= 0 || css.indexOf('&') >= 0) {
      throw new IllegalArgumentException("style sheet with < or &");
    }
    out.append("<style>\n").append(css).append("</style>\n");
    return this;
  }

  /** A drawing of the program's own: one whole {@code svg} element. */
  public Markup drawing(String svg) {
    out.append(svg).append('\n');
    return this;
  }

  /** Ends the element that was begun last. */
  public Markup close() {
    String tag = open.pop();
    out.append("</").append(tag).append('>');
    if (BLOCKS.contains(tag)) {
      out.append('\n');
    }
    return this;
  }

  /**
   * Everything written.
   *
   * @throws IllegalStateException where an element is still open
   */
  public String done() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("still open: " + open);
    }
    return out.toString();
  }

  private StringBuilder start(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      Escape.into(out, attributes[i + 1]);
      out.append('"');
    }
    return out;
  }
}
