package dev.espalier.local.cli;

import dev.espalier.training.v1.Run;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = "Train a network while its groups are weighed.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./espalier train --epochs 10 --latent 32",
      "  ./espalier train --data mnist/ --out trained/"
    })
final class TrainCommand implements Callable<Integer> {
  @Option(
      names = "--task",
      defaultValue = "autoencoder",
      description = "What to train (default: ${DEFAULT-VALUE}).")
  private String task;

  @Mixin private TrainOptions training;

  @Option(names = "--out", paramLabel = "DIR", description = "Where to leave model.onnx.")
  private Path out;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    if (out != null) {
      Files.prepare(out);
    }
    try (Session session = Session.open(options, console)) {
      Run run =
          new Training(session.services().training(), console)
              .train(training.request(task), "train");
      Files files = new Files(session.suite().layout().models());
      Path model =
          out == null
              ? files.stored(run.getModel())
              : files.copy(run.getModel(), out.resolve("model.onnx"));
      console.line(
          "run "
              + run.getRunId()
              + ": validation loss "
              + Table.number(run.getInitialValidationLoss())
              + " -> "
              + Table.number(run.getValidationLoss())
              + ", model "
              + model);
      console.result(result(run, model));
      return ExitCode.OK;
    }
  }

  private static Map<String, Object> result(Run run, Path model) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("run", run.getRunId());
    result.put("epochs", run.getEpochsCompleted());
    result.put("initial_validation_loss", run.getInitialValidationLoss());
    result.put("training_loss", run.getTrainingLoss());
    result.put("validation_loss", run.getValidationLoss());
    result.put("dropped_summaries", run.getDroppedSummaries());
    result.put("stale_batches", run.getStaleBatches());
    result.put("model", model.toString());
    return result;
  }
}
