package dev.espalier.experiment.chart;

import java.awt.Graphics2D;

/** A chart with its layout. */
interface Picture {
  /** In pixels; the width is always {@link Drawing#WIDTH}. */
  int height();

  void paint(Graphics2D graphics);
}
