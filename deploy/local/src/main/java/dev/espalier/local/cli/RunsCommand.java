package dev.espalier.local.cli;

import dev.espalier.local.suite.Member;
import dev.espalier.training.v1.ListRunsRequest;
import dev.espalier.training.v1.ListRunsResponse;
import dev.espalier.training.v1.Run;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "runs",
    mixinStandardHelpOptions = true,
    description = {
      "List the training runs, the newest first: those at work and those that the model store",
      "remembers. With --json, one run a line, with all it takes to run it again."
    })
final class RunsCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm").withZone(ZoneOffset.UTC);

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "Runs to list, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    try (Session session =
        Session.open(options, console, EnumSet.of(Member.BROKER, Member.TRAINER))) {
      ListRunsResponse page =
          session
              .services()
              .training()
              .listRuns(ListRunsRequest.newBuilder().setPageSize(limit).build());
      Table table =
          new Table("run", "task", "state", "#epochs", "#loss or return", "started (UTC)", "note");
      for (Run run : page.getRunsList()) {
        table.row(
            run.getRunId(),
            run.getTask(),
            RunResults.state(run),
            run.getEpochsCompleted() + "/" + run.getEpochs(),
            run.hasValidationLoss() ? RunResults.value(run, run.getValidationLoss()) : "-",
            TIME.format(Instant.ofEpochSecond(run.getStarted().getSeconds())),
            note(run));
        console.result(run);
      }
      console.line(page.getRunsCount() == 0 ? "no runs yet: ./espalier train" : table.toString());
      if (!page.getNextPageToken().isEmpty()) {
        console.line("there are more: --limit " + Math.min(1000, 5 * limit));
      }
      return ExitCode.OK;
    }
  }

  private static String note(Run run) {
    return switch (run.getState()) {
      case RUN_STATE_FAILED -> run.getFailure();
      case RUN_STATE_STOPPED, RUN_STATE_INTERRUPTED ->
          run.hasCheckpointEpochs() ? "./espalier resume " + run.getRunId() : "";
      default -> "";
    };
  }
}
