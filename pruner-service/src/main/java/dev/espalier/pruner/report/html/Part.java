package dev.espalier.pruner.report.html;

/** A piece of a page. */
interface Part {
  void write(Markup page);
}
