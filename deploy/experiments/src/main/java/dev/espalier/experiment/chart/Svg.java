package dev.espalier.experiment.chart;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Makes of a drawn SVG document one that can stand in HTML, beside others. */
final class Svg {
  private static final String NAMESPACE = "http://www.w3.org/2000/svg";
  private static final Pattern LONG_NUMBER = Pattern.compile("-?\\d+\\.\\d{3,}(?:[eE]-?\\d+)?");

  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cs}\\uFFFE\\uFFFF&&[^\\n\\t]]");

  private Svg() {}

  static String clean(byte[] drawn, String name, String title, int width, int height) {
    try {
      Element svg = parse(drawn);
      for (String attribute : new String[] {"x", "y", "version", "xmlns:xlink"}) {
        svg.removeAttribute(attribute);
      }
      svg.setAttribute("width", String.valueOf(width));
      svg.setAttribute("height", String.valueOf(height));
      svg.setAttribute("viewBox", "0 0 " + width + " " + height);
      svg.setAttribute("style", "max-width:100%;height:auto");
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-labelledby", name + "-title");
      NodeList all = svg.getElementsByTagName("*");
      for (int i = 0; i < all.getLength(); i++) {
        clean((Element) all.item(i), name);
      }
      Element words = svg.getOwnerDocument().createElementNS(NAMESPACE, "title");
      words.setAttribute("id", name + "-title");
      words.setTextContent(UNPRINTABLE.matcher(title).replaceAll("\uFFFD"));
      svg.insertBefore(words, svg.getFirstChild());
      return text(svg);
    } catch (ParserConfigurationException | SAXException | IOException | TransformerException e) {
      throw new IllegalStateException(name + ": what was drawn is no SVG", e);
    }
  }

  private static Element parse(byte[] drawn)
      throws ParserConfigurationException, SAXException, IOException {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(drawn)).getDocumentElement();
  }

  /** Ids that no other picture has, numbers of a hundredth of a pixel. */
  private static void clean(Element element, String name) {
    NamedNodeMap attributes = element.getAttributes();
    for (int i = 0; i < attributes.getLength(); i++) {
      Attr attribute = (Attr) attributes.item(i);
      String value = attribute.getValue();
      if (attribute.getName().equals("id")) {
        value = name + "-" + value;
      }
      value = value.replace("url(#", "url(#" + name + "-");
      attribute.setValue(LONG_NUMBER.matcher(value).replaceAll(m -> rounded(m.group())));
    }
  }

  private static String rounded(String number) {
    BigDecimal value = new BigDecimal(number).setScale(2, RoundingMode.HALF_EVEN);
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private static String text(Element svg) throws TransformerException {
    Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
    transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
    StringWriter out = new StringWriter();
    transformer.transform(new DOMSource(svg), new StreamResult(out));
    return out.toString();
  }
}
