package dev.espalier.local.cli;

import dev.espalier.local.client.Services;
import dev.espalier.local.suite.Suite;
import dev.espalier.training.v1.Run;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = "Follow a training run until it ends. Ctrl-C ends the watching, not the run.")
final class WatchCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", description = "The run's id.")
  private String runId;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    try (Suite suite = new Suite(options.layout(), console::progress);
        Services services = new Services(suite.state())) {
      Run run = new Training(services, console).follow(runId, "watch");
      console.line(RunResults.line(run));
      console.result(run);
      return ExitCode.OK;
    }
  }
}
