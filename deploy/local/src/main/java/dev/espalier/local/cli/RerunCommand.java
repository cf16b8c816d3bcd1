package dev.espalier.local.cli;

import com.google.protobuf.ByteString;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.training.v1.GetRunRequest;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.StartRunRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "rerun",
    mixinStandardHelpOptions = true,
    description = {
      "Run a training run once more from its record: the same data, settings, seed and first model.",
      "Says whether the same came of it."
    })
final class RerunCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", description = "The run's id.")
  private String runId;

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
      Run before =
          session
              .services()
              .training()
              .getRun(GetRunRequest.newBuilder().setRunId(runId).build())
              .getRun();
      Files files = new Files(session.suite().layout().models());
      Run run = new Training(session.services(), console).train(request(files, before), "rerun");
      Path model = RunResults.leave(files, run, out);
      boolean data =
          before.getProvenance().getDataDigest().equals(run.getProvenance().getDataDigest());
      boolean same = same(files.stored(before.getModel()), files.stored(run.getModel()));
      if (!data) {
        console.line("the data is not what it was: its digest differs");
      }
      console.line(
          same
              ? "the same weights came of it, bit for bit"
              : "other weights came of it: "
                  + RunResults.measure(run)
                  + " "
                  + RunResults.value(run, before.getValidationLoss())
                  + " then, "
                  + RunResults.value(run, run.getValidationLoss())
                  + " now");
      Map<String, Object> json = RunResults.json(run, model);
      json.put("rerun_of", runId);
      json.put("same_data", data);
      json.put("same_model", same);
      console.line(RunResults.line(run) + ", model " + model);
      console.result(json);
      return ExitCode.OK;
    }
  }

  /** What was asked for then; a model that was given is taken as it was then. */
  private static StartRunRequest request(Files files, Run before) {
    StartRunRequest.Builder request = before.getRequest().toBuilder().clearRunId();
    if (!request.getModel().isEmpty()) {
      request.setModel(files.store().initialModel(before.getRunId()));
    }
    return request.build();
  }

  /** Whether two files hold the same weights; what made them may differ. */
  private static boolean same(Path before, Path now) {
    try {
      return java.nio.file.Files.exists(before)
          && weights(OnnxModel.read(before)).equals(weights(OnnxModel.read(now)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, ByteString> weights(OnnxModel model) {
    return model.initializers().values().stream()
        .collect(Collectors.toMap(Tensor::name, Tensor::bytes));
  }
}
