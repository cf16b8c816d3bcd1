package dev.espalier.local.cli;

import dev.espalier.importance.v1.GetImportanceRequest;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.local.suite.Member;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "importance",
    mixinStandardHelpOptions = true,
    description = "Show how important each group of a run's network is.")
final class ImportanceCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", description = "The run's id.")
  private String runId;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    try (Session session =
        Session.open(options, console, EnumSet.of(Member.BROKER, Member.IMPORTANCE))) {
      ImportanceSnapshot snapshot =
          session
              .services()
              .importance()
              .getImportance(GetImportanceRequest.newBuilder().setRunId(runId).build())
              .getSnapshot();
      console.line(ImportanceTable.of(snapshot));
      console.result(snapshot);
      return ExitCode.OK;
    }
  }
}
