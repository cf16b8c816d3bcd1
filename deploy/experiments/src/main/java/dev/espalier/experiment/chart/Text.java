package dev.espalier.experiment.chart;

import java.awt.AWTError;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Letters as outlines. */
final class Text {
  static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  static final Font NORMAL = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 15);
  static final Color INK = new Color(0x1B231E);
  static final Color MUTED = new Color(0x4A554E);
  static final double LINE = 15;
  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

  private Text() {}

  /** Where text stands to its point. */
  enum Anchor {
    START(0),
    MIDDLE(0.5),
    END(1);

    private final double share;

    Anchor(double share) {
      this.share = share;
    }
  }

  static void check() {
    check(() -> width("Espalier", SMALL));
  }

  /** AWT fails in many ways where a machine has no fonts, most of them errors. */
  static void check(Supplier<Double> width) {
    double measured;
    try {
      measured = width.get();
    } catch (LinkageError | InternalError | AWTError | RuntimeException e) {
      throw noFonts(e);
    }
    if (!(measured > 0)) {
      throw noFonts(null);
    }
  }

  private static DrawingException noFonts(Throwable cause) {
    return new DrawingException(
        "charts cannot be drawn, because Java finds no fonts on this machine: install fontconfig and"
            + " a font (on Debian or Ubuntu: apt-get install fontconfig fonts-dejavu-core), then run"
            + " the same command again",
        cause);
  }

  static double width(String text, Font font) {
    return text.isEmpty() ? 0 : font.getStringBounds(text, CONTEXT).getWidth();
  }

  static double width(List<String> lines, Font font) {
    return lines.stream().mapToDouble(line -> width(line, font)).max().orElse(0);
  }

  /** The font, smaller where the text has not the room. */
  static Font fitted(String text, Font font, double room) {
    double width = width(text, font);
    return width <= room ? font : font.deriveFont((float) (font.getSize2D() * room / width));
  }

  /** Draws a line of text, its base line through the point, turned about it. */
  static void draw(
      Graphics2D graphics, String text, Font font, Anchor anchor, double x, double y, double turn) {
    if (text.isBlank()) {
      return;
    }
    AffineTransform place = AffineTransform.getTranslateInstance(x, y);
    place.rotate(turn);
    place.translate(-anchor.share * width(text, font), 0);
    Shape outline = new TextLayout(text, font, CONTEXT).getOutline(place);
    graphics.fill(outline);
  }

  /** Breaks at spaces and after punctuation; a word that is too long stays whole. */
  static List<String> wrap(String text, Font font, double width) {
    return wrap(List.of(text.split("(?<=[\\s/_,.+-])")), font, width);
  }

  /** Breaks words that are too long, too. */
  static List<String> wrapAll(String text, Font font, double width) {
    List<String> pieces = new ArrayList<>();
    for (String word : text.split("(?<=[\\s/_,.+-])")) {
      if (width(word, font) > width) {
        pieces.addAll(List.of(word.split("(?<=\\G.{4})")));
      } else {
        pieces.add(word);
      }
    }
    return wrap(pieces, font, width);
  }

  private static List<String> wrap(List<String> pieces, Font font, double width) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String piece : pieces) {
      if (!line.isEmpty() && width((line + piece).stripTrailing(), font) > width) {
        lines.add(line.strip());
        line = "";
      }
      line += piece;
    }
    lines.add(line.strip());
    return lines;
  }
}
