package dev.espalier.local.cli;

import dev.espalier.local.client.Services;
import dev.espalier.local.suite.Suite;
import dev.espalier.training.v1.StopRunRequest;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    description = "Stop a training run after its current batch; it can be resumed.")
final class StopCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", description = "The run's id.")
  private String runId;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    try (Suite suite = new Suite(options.layout(), console::progress);
        Services services = new Services(suite.state())) {
      services.training().stopRun(StopRunRequest.newBuilder().setRunId(runId).build());
      console.line("run " + runId + " stops; go on with ./espalier resume " + runId);
      console.result(Map.of("run", runId, "stopping", true));
      return ExitCode.OK;
    }
  }
}
