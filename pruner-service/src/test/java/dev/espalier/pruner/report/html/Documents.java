package dev.espalier.pruner.report.html;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** Pages as an XML parser sees them. */
final class Documents {
  private static final Set<String> VOID_OR_SVG =
      Set.of("meta", "link", "rect", "circle", "line", "path");

  private static final Pattern ENDED = Pattern.compile("<(\\w+)[^<>]*/>");

  private static final Set<String> LOADING =
      Set.of("script", "iframe", "object", "embed", "img", "base", "form");

  private Documents() {}

  /** Fails where the page is not well-formed, or HTML would not end an element that XML ends. */
  static Document parse(String page) throws Exception {
    ENDED.matcher(page).results().forEach(e -> assertTrue(VOID_OR_SVG.contains(e.group(1))));
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setAttribute("jdk.xml.maxGeneralEntitySizeLimit", "0");
    factory.setAttribute("jdk.xml.totalEntitySizeLimit", "0");
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
  }

  static List<Element> elements(Document document) {
    List<Element> elements = new ArrayList<>();
    var all = document.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      elements.add((Element) all.item(i));
    }
    return elements;
  }

  /** The elements and the names of their attributes, in order. */
  static List<String> shape(Document document) {
    List<String> shape = new ArrayList<>();
    for (Element element : elements(document)) {
      StringBuilder names = new StringBuilder(element.getTagName());
      for (int i = 0; i < element.getAttributes().getLength(); i++) {
        names.append(' ').append(element.getAttributes().item(i).getNodeName());
      }
      shape.add(names.toString());
    }
    return shape;
  }

  /** The text within an element that has an id. */
  static String section(Document document, String id) {
    return elements(document).stream()
        .filter(element -> element.getAttribute("id").equals(id))
        .map(Node::getTextContent)
        .findFirst()
        .orElseThrow();
  }

  /** No script, no handler, no address but the page's own places. */
  static void assertSelfContained(Document document) {
    Set<String> ids = new HashSet<>();
    for (Element element : elements(document)) {
      assertFalse(LOADING.contains(element.getTagName()), element.getTagName());
      for (int i = 0; i < element.getAttributes().getLength(); i++) {
        Node attribute = element.getAttributes().item(i);
        String name = attribute.getNodeName();
        String value = attribute.getNodeValue();
        assertFalse(name.startsWith("on") || name.contains("src"), name);
        assertTrue(!name.equals("href") || value.matches("data:,|#\\w+"), value);
        assertTrue(!name.equals("id") || ids.add(value), value + " is there twice");
      }
    }
    for (Element element : elements(document)) {
      String href = element.getAttribute("href");
      assertTrue(!href.startsWith("#") || ids.contains(href.substring(1)), href);
    }
    String style = document.getElementsByTagName("style").item(0).getTextContent();
    assertFalse(style.replace("url(#hatch)", "").matches("(?s).*(@import|//|url\\().*"));
  }
}
