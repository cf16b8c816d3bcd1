package dev.espalier.pruner.report.html;

import dev.espalier.html.Escape;
import dev.espalier.html.Markup;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Names and values, one below the other.
 *
 * @param facts by name; those without a value are left out
 */
record FactList(String id, String title, SequencedMap<String, String> facts) implements Part {
  @Override
  public void write(Markup page) {
    page.open("section", "class", "card", "id", id);
    page.leaf("h2", title);
    page.open("dl", "class", "facts");
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      if (fact.getValue() != null && !fact.getValue().isEmpty()) {
        page.open("div").leaf("dt", fact.getKey());
        page.open("dd").leaf("code", Escape.clip(fact.getValue(), 200)).close().close();
      }
    }
    page.close().close();
  }
}
