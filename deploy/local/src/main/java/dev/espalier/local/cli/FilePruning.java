package dev.espalier.local.cli;

import dev.espalier.onnx.OnnxException;
import dev.espalier.pruner.PruneFile;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.calibration.Calibration;
import dev.espalier.pruner.calibration.CalibrationFile;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.job.Orders;
import dev.espalier.pruner.job.PruningId;
import dev.espalier.pruner.message.OrderMessages;
import dev.espalier.pruner.message.PruningMessages;
import dev.espalier.pruner.plan.Reached;
import dev.espalier.pruner.report.Report;
import dev.espalier.pruner.verify.VerificationException;
import dev.espalier.pruning.v1.ModelPruned;
import dev.espalier.pruning.v1.StartPruningRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/** Prunes a bare file in this process: no training run, no service, no broker. */
final class FilePruning {
  private static final int STEPS = Pruner.Stage.values().length + 1;

  private final Console console;
  private final Pruner pruner = new Pruner();

  FilePruning(Console console) {
    this.console = console;
  }

  /**
   * @param request what to do with the model; names it
   * @param out where pruned.onnx, report.html and report.json go
   * @throws CommandFailure where the cut could not be proven; nothing is written then
   */
  ModelPruned prune(StartPruningRequest request, Path file, Path out) {
    StartPruningRequest order = OrderMessages.complete(request);
    try (Bar bar = new Bar(console, "prune", STEPS)) {
      bar.to(0, "analyzing");
      ModelFile model = ModelFile.read(file);
      Traced traced =
          pruner.analyze(model.model(), OrderMessages.inputShapes(order.getInputShapesMap()));
      String id = PruningId.make(Clock.systemUTC().instant(), new SplittableRandom());
      PruneFile.Task task =
          Orders.task(
              id,
              model.name(),
              model.bytes(),
              model.digest(),
              order,
              Optional.empty(),
              List.of(),
              calibration(order.getCalibration()),
              "pruned.onnx");
      Report report =
          new PruneFile(pruner, Clock.systemUTC(), Espalier.VERSION)
              .prune(task, traced, out, progress(bar));
      bar.to(STEPS, "completed");
      return PruningMessages.result(id, order, report, "report.json");
    } catch (VerificationException e) {
      throw new CommandFailure(ExitCode.FAILED, e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param name of a file, or empty for none
   * @throws OnnxException where it cannot be used
   */
  private static Optional<Calibration> calibration(String name) throws IOException {
    return name.isEmpty() ? Optional.empty() : Optional.of(CalibrationFile.read(Path.of(name)));
  }

  private static Pruner.Progress progress(Bar bar) {
    return new Pruner.Progress() {
      @Override
      public void stage(Pruner.Stage stage) {
        bar.to(stage.ordinal() + 1, stage.name().toLowerCase(Locale.ROOT));
      }

      @Override
      public void tried(Reached.Point point) {
        bar.to(
            Pruner.Stage.PLANNING.ordinal() + 1,
            "tried %s of the parameters: %s"
                .formatted(Table.number(point.share()), Table.number(point.measured())));
      }
    };
  }
}
