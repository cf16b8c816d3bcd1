package dev.espalier.experiment.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class DrawingTest {
  private static final double[] NONE = {};
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?");

  @Test
  void standsInHtmlBesideOthers() throws Exception {
    String svg = Drawing.svg(lines("first", "a <b> & \"c\"", Chart.Axis.of("x"), 3));
    assertTrue(svg.startsWith("<svg "), svg.substring(0, 60));
    Element root = parse(svg).getDocumentElement();
    assertEquals("img", root.getAttribute("role"));
    assertTrue(root.getAttribute("viewBox").startsWith("0 0 800 "));
    Element title = (Element) root.getElementsByTagName("title").item(0);
    assertEquals("a <b> & \"c\"", title.getTextContent());
    assertEquals(root.getAttribute("aria-labelledby"), title.getAttribute("id"));
    String bars = Drawing.svg(bars("second", Chart.Axis.of("y"), 1, -2));
    NodeList all = parse(bars).getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      String id = ((Element) all.item(i)).getAttribute("id");
      assertTrue(id.isEmpty() || id.startsWith("second-"), id);
    }
    assertEquals(-1, bars.indexOf("url(#clip"));
  }

  @Test
  void isTheSameEachTime() {
    Chart chart = bars("same", Chart.Axis.log("y"), 1, 2, 3);
    assertEquals(Drawing.svg(chart), Drawing.svg(chart));
  }

  @Test
  void pointsLieWhereTheirValuesAre() throws Exception {
    Chart.Line line = new Chart.Line("l", new double[] {1, 10, 1000}, new double[] {5, 7, 6});
    Chart chart = new Chart.Lines("p", "t", Chart.Axis.log("x"), Chart.Axis.of("y"), List.of(line));
    double[] at = numbers(coloured(Drawing.svg(chart), "path", "0,114,178"), "d");
    assertEquals(6, at.length);
    assertEquals(2, (at[4] - at[2]) / (at[2] - at[0]), 0.01);
    assertEquals(2, (at[1] - at[3]) / (at[1] - at[5]), 0.01);
  }

  @Test
  void barsBeginAtZero() throws Exception {
    String svg = Drawing.svg(bars("b", Chart.Axis.of("y"), 4, -2));
    double[] up = numbers(coloured(svg, "path", "0,114,178", 0), "d");
    double[] down = numbers(coloured(svg, "path", "0,114,178", 1), "d");
    assertEquals(2, height(up) / height(down), 0.02);
    assertEquals(max(up), min(down), 0.02);
  }

  @Test
  void everythingLiesWithinThePicture() throws Exception {
    for (Chart chart : difficult()) {
      Document svg = parse(Drawing.svg(chart));
      double height = Double.parseDouble(svg.getDocumentElement().getAttribute("height"));
      NodeList paths = svg.getElementsByTagName("path");
      for (int i = 0; i < paths.getLength(); i++) {
        Element path = (Element) paths.item(i);
        if (path.hasAttribute("transform")
            || ((Element) path.getParentNode()).hasAttribute("transform")) {
          continue;
        }
        double[] at = numbers(path, "d");
        for (int k = 0; k + 1 < at.length; k += 2) {
          boolean inside = at[k] >= 0 && at[k] <= 800 && at[k + 1] >= 0 && at[k + 1] <= height;
          assertTrue(inside, chart.name() + ": " + at[k] + ", " + at[k + 1]);
        }
      }
    }
  }

  @Test
  void saysWhatMachinesWithoutFontsLack() {
    for (Throwable failure :
        List.of(
            new UnsatisfiedLinkError("libfontmanager.so: libfreetype.so.6"),
            new InternalError("java.lang.reflect.InvocationTargetException"),
            new NoClassDefFoundError("Could not initialize class sun.font.SunFontManager"),
            new RuntimeException("Fontconfig head is null"))) {
      DrawingException e =
          assertThrows(DrawingException.class, () -> Text.check(() -> throwing(failure)));
      assertTrue(e.getMessage().contains("install fontconfig and a font"), e.getMessage());
      assertEquals(failure, e.getCause());
    }
    assertThrows(DrawingException.class, () -> Text.check(() -> 0.0));
  }

  private static double throwing(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }

  private static List<Chart> difficult() {
    String name = "encoder.block3.conv2+encoder.block3.shortcut.projection";
    String[] categories = new String[30];
    Arrays.setAll(categories, i -> name + i);
    double[] values = new double[30];
    Arrays.fill(values, 1e-9);
    Chart.Axis log = Chart.Axis.log("y");
    List<Chart> charts = new ArrayList<>();
    charts.add(lines("many", name.repeat(4), log, 40));
    charts.add(
        new Chart.Bars(
            "names",
            "t",
            List.of(categories),
            log,
            List.of(new Chart.Bar("l", values, NONE, NONE))));
    charts.add(bars("zero", log, 0, -1));
    charts.add(bars("axis", Chart.Axis.of(name.repeat(3)), 1));
    charts.add(lines("word", "w".repeat(300), log, 1));
    charts.add(bars("none", Chart.Axis.of("y")));
    charts.add(new Chart.Lines("empty", "", log, log, List.of()));
    charts.add(
        new Chart.Lines(
            "open",
            "t",
            log,
            log,
            List.of(
                new Chart.Line(
                    "l",
                    new double[] {0, 1},
                    new double[] {0, 1},
                    new double[] {-1, Double.NEGATIVE_INFINITY},
                    new double[] {1, Double.POSITIVE_INFINITY}))));
    return charts;
  }

  @Test
  void seriesDifferInMoreThanColour() {
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 28; i++) {
      String look =
          Palette.colour(i)
              + " "
              + Palette.marker(i)
              + " "
              + Arrays.toString(Palette.line(i).getDashArray());
      assertFalse(seen.contains(look), "series " + i);
      seen.add(look);
    }
  }

  private static Chart.Lines lines(String name, String title, Chart.Axis y, int count) {
    List<Chart.Line> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] values = {1 + i, 2 + i, 4 + i};
      lines.add(
          new Chart.Line(
              "line " + i,
              new double[] {1, 2, 3},
              values,
              new double[] {0.5, 1, 2},
              new double[] {50, 60, 70}));
    }
    return new Chart.Lines(name, title, Chart.Axis.of("x"), y, lines);
  }

  private static Chart.Bars bars(String name, Chart.Axis y, double... values) {
    List<String> categories = Arrays.stream(values).mapToObj(String::valueOf).toList();
    return new Chart.Bars(
        name, "t", categories, y, List.of(new Chart.Bar("l", values, NONE, NONE)));
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newDefaultNSInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static Element coloured(String svg, String tag, String rgb) throws Exception {
    return coloured(svg, tag, rgb, 0);
  }

  private static Element coloured(String svg, String tag, String rgb, int index) throws Exception {
    NodeList all = parse(svg).getElementsByTagName(tag);
    int seen = 0;
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      if (element.getAttribute("style").contains("rgb(" + rgb + ")") && seen++ == index) {
        return element;
      }
    }
    throw new AssertionError("no " + tag + " of colour " + rgb);
  }

  private static double[] numbers(Element element, String attribute) {
    return NUMBER
        .matcher(element.getAttribute(attribute))
        .results()
        .map(MatchResult::group)
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  private static double height(double[] at) {
    return max(at) - min(at);
  }

  private static double max(double[] at) {
    double max = at[1];
    for (int i = 1; i < at.length; i += 2) {
      max = Math.max(max, at[i]);
    }
    return max;
  }

  private static double min(double[] at) {
    double min = at[1];
    for (int i = 1; i < at.length; i += 2) {
      min = Math.min(min, at[i]);
    }
    return min;
  }
}
