package dev.espalier.pruner.report.html;

import dev.espalier.html.Markup;
import java.util.List;

/** Parts beside each other, below each other where there is no room. */
record Columns(List<Part> parts) implements Part {
  @Override
  public void write(Markup page) {
    page.open("div", "class", "columns");
    parts.forEach(part -> part.write(page));
    page.close();
  }
}
