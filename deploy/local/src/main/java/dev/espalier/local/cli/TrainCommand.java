package dev.espalier.local.cli;

import dev.espalier.training.v1.Loss;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.StartRunRequest;
import dev.espalier.training.v1.SupervisedSettings;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Train a network while its groups are weighed: an autoencoder that Espalier builds, any ONNX"
          + " model on an .npz file, or an agent on the inverted pendulum."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./espalier train --epochs 10 --latent 32",
      "  ./espalier train --data mnist/ --out trained/",
      "  ./espalier train --model net.onnx --data data.npz --loss cross-entropy --out trained/",
      "  ./espalier train --model net.onnx --data data.npz --loss mse --epochs 9 --cut 3:0.3,6:0.3"
    })
final class TrainCommand implements Callable<Integer> {
  @Option(
      names = "--task",
      description =
          "What to train: autoencoder, supervised or pendulum (default: supervised where a model is"
              + " given with a loss, else autoencoder).")
  private String task;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "ONNX model to train; without it, the task's own is built.")
  private Path model;

  @Option(
      names = "--loss",
      paramLabel = "LOSS",
      description =
          "What is minimised: mse, cross-entropy or bce. The model's first output is compared with"
              + " y of the data; without y, with x.")
  private String loss;

  @Option(
      names = "--validation",
      paramLabel = "R",
      description = "Share of the samples, the last ones, to validate on (default: 0.1).")
  private Double validation;

  @Option(
      names = "--run",
      paramLabel = "RUN",
      description = "Id of the run, of letters, digits and hyphens (default: made up).")
  private String runId;

  @Mixin private TrainOptions training;

  @Mixin private CutOptions cuts;

  @Option(names = "--out", paramLabel = "DIR", description = "Where to leave model.onnx.")
  private Path out;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    if (out != null) {
      Files.prepare(out);
    }
    if (model != null) {
      Files.existing("--model", model);
    }
    StartRunRequest.Builder request = request();
    try (Session session = Session.open(options, console)) {
      Files files = new Files(session.suite().layout().models());
      if (model != null) {
        request.setModel(files.upload(model, ".onnx"));
      }
      Run run = new Training(session.services(), console).train(request.build(), "train");
      RunResults.show(console, run, RunResults.leave(files, run, out));
      return ExitCode.OK;
    }
  }

  private StartRunRequest.Builder request() {
    boolean fit = task == null ? loss != null : task.equals("supervised");
    String name = task != null ? task : fit ? "supervised" : "autoencoder";
    StartRunRequest.Builder request = training.request(name).addAllMilestones(cuts.milestones());
    if (runId != null) {
      request.setRunId(runId);
    }
    if (!fit && (loss != null || validation != null)) {
      throw new CommandFailure(
          ExitCode.USAGE, "--loss and --validation are for a model of yours; give --model FILE");
    }
    if (fit) {
      SupervisedSettings.Builder settings = SupervisedSettings.newBuilder().setLoss(loss());
      if (validation != null) {
        settings.setValidationShare(validation);
      }
      request.setSupervised(settings);
    }
    return request;
  }

  private Loss loss() {
    return switch (loss == null ? "" : loss.toLowerCase(Locale.ROOT).replace('_', '-')) {
      case "mse" -> Loss.LOSS_MSE;
      case "cross-entropy" -> Loss.LOSS_CROSS_ENTROPY;
      case "bce" -> Loss.LOSS_BCE;
      default ->
          throw new CommandFailure(
              ExitCode.USAGE, "--loss = \"" + loss + "\": choose mse, cross-entropy or bce");
    };
  }
}
