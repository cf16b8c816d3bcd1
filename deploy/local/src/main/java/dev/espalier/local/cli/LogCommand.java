package dev.espalier.local.cli;

import dev.espalier.kafka.Topics;
import dev.espalier.local.log.RecordReader;
import dev.espalier.local.log.ReplayException;
import dev.espalier.local.suite.Member;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "log",
    mixinStandardHelpOptions = true,
    description = "Show a run's events, the oldest first, as far as the log goes now.",
    footerHeading = "%nExample:%n",
    footer = {
      "  ./espalier log RUN --json | python3 docs/fold.py",
      "",
      "JSON is that of protobuf: 64-bit integers are strings, numbers keep their full precision."
    })
final class LogCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", description = "The run's id.")
  private String runId;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    try (Session session = Session.open(options, console, EnumSet.of(Member.BROKER));
        RecordReader reader = new RecordReader(session.brokers())) {
      boolean any =
          reader.read(
              Topics.TRAINING,
              runId,
              record -> {
                LogRecord event = LogRecord.of(record);
                if (console.json()) {
                  console.result(event.json());
                } else {
                  console.line(event.line());
                }
                return !console.isClosed();
              });
      if (!any) {
        throw ReplayException.unknown(runId);
      }
      return ExitCode.OK;
    }
  }
}
