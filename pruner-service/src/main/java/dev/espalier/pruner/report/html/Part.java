package dev.espalier.pruner.report.html;

import dev.espalier.html.Markup;

/** A piece of a page. */
interface Part {
  void write(Markup page);
}
