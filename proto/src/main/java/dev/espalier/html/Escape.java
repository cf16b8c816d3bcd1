package dev.espalier.html;

/** Makes any string harmless as text or as a quoted attribute value, in HTML and in XML. */
public final class Escape {
  private static final char UNPRINTABLE = '\uFFFD';

  private Escape() {}

  /**
   * Appends the text. Control characters become their visible pictures; what no document may hold
   * (lone surrogates, non-characters) or what turns the reading direction becomes U+FFFD.
   */
  public static void into(StringBuilder out, String text) {
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.appendCodePoint(printable(c));
      }
    }
  }

  private static int printable(int c) {
    if (c < 0x20) {
      return 0x2400 + c;
    }
    if (c == 0x7F) {
      return 0x2421;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.SURROGATE, Character.UNASSIGNED -> UNPRINTABLE;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> UNPRINTABLE;
      case Character.FORMAT -> c == 0x200D ? c : UNPRINTABLE;
      default -> c;
    };
  }

  /**
   * At most {@code limit} code points, the middle left out: names differ most at their ends.
   *
   * @param limit at least 3
   */
  public static String clip(String text, int limit) {
    if (text.length() <= limit || text.codePointCount(0, text.length()) <= limit) {
      return text;
    }
    int head = (limit - 1) / 2;
    int tail = limit - 1 - head;
    return text.substring(0, text.offsetByCodePoints(0, head))
        + "…"
        + text.substring(text.offsetByCodePoints(text.length(), -tail));
  }
}
