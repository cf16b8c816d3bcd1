package dev.espalier.local.cli;

import dev.espalier.importance.v1.DeleteRunRequest;
import dev.espalier.local.suite.Member;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    description = {
      "Delete what is kept of a run: its state, newest snapshot, ranking and unit scores.",
      "Its log and its history stay until their time is over; model files stay. Its id is free then."
    })
final class DeleteCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", description = "The run's id.")
  private String runId;

  @Option(
      names = "--abandon",
      description =
          "Delete a run that has not ended, too; what its trainer still sends is refused.")
  private boolean abandon;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    try (Session session =
        Session.open(options, console, EnumSet.of(Member.BROKER, Member.IMPORTANCE))) {
      session
          .services()
          .importance()
          .deleteRun(DeleteRunRequest.newBuilder().setRunId(runId).setAbandon(abandon).build());
      console.line(
          "run " + runId + " is deleted: state, newest snapshot, ranking and unit scores are gone");
      console.result(Map.of("run", runId, "deleted", true));
      return ExitCode.OK;
    }
  }
}
