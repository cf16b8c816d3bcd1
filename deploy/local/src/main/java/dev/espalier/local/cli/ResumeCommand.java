package dev.espalier.local.cli;

import dev.espalier.training.v1.ResumeRunRequest;
import dev.espalier.training.v1.Run;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = {
      "Go on with a run that was stopped, failed or was interrupted, from its last checkpoint, as if",
      "it had never been."
    })
final class ResumeCommand implements Callable<Integer> {
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
      session
          .services()
          .training()
          .resumeRun(ResumeRunRequest.newBuilder().setRunId(runId).build());
      Run run = new Training(session.services(), console).follow(runId, "resume");
      Files files = new Files(session.suite().layout().models());
      RunResults.show(console, run, RunResults.leave(files, run, out));
      return ExitCode.OK;
    }
  }
}
