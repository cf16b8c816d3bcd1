package dev.espalier.pruner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.onnx.AtomicFile;
import dev.espalier.pruner.calibration.Calibration;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.ChannelScore;
import dev.espalier.pruner.report.ReportJson;
import dev.espalier.pruner.report.SensitivityReport;
import dev.espalier.pruner.report.SensitivityReports;
import dev.espalier.pruner.report.html.SensitivityHtml;
import dev.espalier.pruner.runtime.Session;
import dev.espalier.pruner.search.OutputError;
import dev.espalier.pruner.search.Sensitivity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Measures a model's sensitivity into a folder: {@code sensitivity.html} and {@code
 * sensitivity.json}, each whole or not at all. Needs no service, no broker and no training run.
 *
 * @param clock the time that the report gets
 * @param version of Espalier, for the report
 */
public record SensitivityFile(Clock clock, String version) {
  /**
   * What to measure and how.
   *
   * @param model the file's name, for the report
   * @param digest SHA-256 of the file, 64 lower-case hexadecimal digits
   * @param shares of a group's units, each in (0, 1), ascending
   * @param score which units of a group go first
   * @param scoreName how it is called in the report
   * @param data what the outputs are compared on
   * @param dataName its file's name, for the report
   */
  public record Task(
      String model,
      String digest,
      List<Double> shares,
      ChannelScore score,
      String scoreName,
      Calibration data,
      String dataName) {}

  /**
   * Cuts each group by itself, measures, and writes.
   *
   * @param traced the model of the task, analysed
   * @param folder where to write; made where it is missing
   * @param progress told how many groups are done
   * @throws java.util.concurrent.CancellationException where the thread was interrupted
   */
  public Sensitivity measure(Task task, Traced traced, Path folder, IntConsumer progress)
      throws IOException {
    Sensitivity sensitivity =
        Sensitivity.measure(
            traced,
            task.score,
            task.shares,
            OutputError.of(traced.prepared().original(), task.data)::of,
            progress);
    SensitivityReport report =
        SensitivityReports.of(
            sensitivity,
            task.shares,
            new SensitivityReport.Provenance(
                task.model,
                task.digest,
                task.dataName,
                task.data.samples(),
                task.scoreName,
                version,
                Session.version(),
                clock.instant()));
    AtomicFile.write(
        folder.resolve("sensitivity.html"), SensitivityHtml.of(report).getBytes(UTF_8));
    AtomicFile.write(folder.resolve("sensitivity.json"), ReportJson.bytes(report));
    return sensitivity;
  }
}
