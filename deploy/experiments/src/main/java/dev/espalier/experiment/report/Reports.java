package dev.espalier.experiment.report;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Setup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes what an experiment found. */
public final class Reports {
  private Reports() {}

  /**
   * Writes into a folder: {@code result.json} with everything; {@code NAME.csv} for each name of
   * the cells' tables; {@code plots/NAME.svg} for each chart; {@code report.html} and {@code
   * report.md} to read. Each file is written whole or not at all; what is there is replaced.
   *
   * @param results of all cells, in their order
   * @throws dev.espalier.experiment.chart.DrawingException where charts cannot be drawn; all else
   *     is written then
   * @throws IOException where the disk fails
   */
  public static void write(
      Path folder,
      Experiment experiment,
      Setup setup,
      Provenance provenance,
      List<CellResult> results,
      Findings findings)
      throws IOException {}
}
