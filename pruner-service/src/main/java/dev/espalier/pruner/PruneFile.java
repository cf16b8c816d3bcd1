package dev.espalier.pruner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.onnx.AtomicFile;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.Protection;
import dev.espalier.pruner.report.Report;
import dev.espalier.pruner.report.ReportJson;
import dev.espalier.pruner.report.Reports;
import dev.espalier.pruner.report.html.ReportHtml;
import dev.espalier.pruner.runtime.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Prunes a model file into a folder: {@code pruned.onnx}, {@code report.html} and {@code
 * report.json}, each whole or not at all, none of them unless the cut is proven, and {@code
 * report.json} only where the other two lie there. Needs no service, no broker and no training run.
 *
 * @param pruner what does the work
 * @param clock the time that the report gets
 * @param version of Espalier, for the report
 */
public record PruneFile(Pruner pruner, Clock clock, String version) {
  /** Metadata keys that a pruned model gets. */
  public static final String PRUNING_ID = "espalier.pruning_id";

  public static final String SOURCE_DIGEST = "espalier.source_digest";

  /**
   * What to prune and how.
   *
   * @param id names the pruning in report and metadata
   * @param model the file's name, for the report
   * @param bytes the file's size
   * @param digest SHA-256 of the file, 64 lower-case hexadecimal digits
   * @param order target, allocation and score
   * @param names of allocation and score, for the report
   * @param run where the model comes from a run: its id, and its importance by group
   * @param output where the results will lie, as the report names it
   */
  public record Task(
      String id,
      String model,
      long bytes,
      String digest,
      Pruner.Order order,
      Names names,
      Optional<Run> run,
      String output) {}

  /**
   * How allocation and channel score are called in the report.
   *
   * @param allocation such as "importance"
   * @param channelScore such as "l2"
   */
  public record Names(String allocation, String channelScore) {}

  /**
   * The run behind a model.
   *
   * @param importance what decides each group's share, by group id; empty where it decides nothing
   * @param logDigest digest of the run's log; empty where it is not known
   */
  public record Run(String id, Map<String, Double> importance, String logDigest) {}

  /** What was made, and what the report says of it. */
  public record Pruned(Pruner.Result result, Report report) {}

  /**
   * Plans, cuts, verifies and writes.
   *
   * @param traced the model of the task, analysed
   * @param folder where to write; made where it is missing
   */
  public Report prune(Task task, Traced traced, Path folder, Pruner.Progress progress)
      throws IOException {
    return cut(task, traced, folder, progress).report();
  }

  /** As {@link #prune}, with the cut itself. */
  public Pruned cut(Task task, Traced traced, Path folder, Pruner.Progress progress)
      throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>(task.order.metadata());
    metadata.put(PRUNING_ID, task.id);
    metadata.put(SOURCE_DIGEST, task.digest);
    Pruner.Order order =
        new Pruner.Order(
            task.order.target(),
            task.order.constraints(),
            task.order.allocation(),
            task.order.score(),
            task.order.calibration(),
            metadata);
    Pruner.Result result = pruner.prune(traced, order, progress);
    OnnxModel pruned = result.pruned();
    Report.Provenance provenance =
        new Report.Provenance(
            task.id,
            task.run.map(Run::id).orElse(null),
            task.model,
            task.digest,
            task.output,
            pruned.digest(),
            task.names.allocation,
            task.names.channelScore,
            task.run.map(Run::logDigest).filter(digest -> !digest.isEmpty()).orElse(null),
            version,
            Session.version(),
            Runtime.version().toString(),
            clock.instant());
    Report report =
        Reports.of(
            traced.graph(),
            result,
            Reports.target(order.target(), result),
            task.run.map(Run::importance).orElse(Map.of()),
            Protection.ids(traced.graph(), order.constraints().protectedGroups()),
            task.bytes,
            pruned.proto().getSerializedSize(),
            provenance);
    pruned.write(folder.resolve("pruned.onnx"));
    AtomicFile.write(folder.resolve("report.html"), ReportHtml.of(report).getBytes(UTF_8));
    AtomicFile.write(folder.resolve("report.json"), ReportJson.bytes(report));
    return new Pruned(result, report);
  }
}
