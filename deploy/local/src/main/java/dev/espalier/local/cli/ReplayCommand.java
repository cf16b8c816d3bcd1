package dev.espalier.local.cli;

import dev.espalier.local.log.Compared;
import dev.espalier.local.log.Difference;
import dev.espalier.local.log.RecordReader;
import dev.espalier.local.log.Replay;
import dev.espalier.local.suite.Member;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Fold a run's log once more, without the importance service, and compare with what that"
          + " service published, bit for bit.",
      "Exit code 0 where all is equal, 1 where something differs."
    })
final class ReplayCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", description = "The run's id.")
  private String runId;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    try (Session session = Session.open(options, console, EnumSet.of(Member.BROKER));
        RecordReader reader = new RecordReader(session.brokers())) {
      Replay.Result result = Replay.of(reader, runId);
      console.line(text(runId, result));
      console.result(json(runId, result));
      return result.compared().difference().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  static String text(String run, Replay.Result result) {
    Compared compared = result.compared();
    StringBuilder text = new StringBuilder();
    text.append(
        compared
            .difference()
            .map(difference -> "run " + run + ": differs\n" + text(difference))
            .orElse("run " + run + ": equal, bit for bit\n"));
    line(text, result.events(), "record", "of the log folded");
    optional(text, result.refused(), "of them", "refused");
    optional(text, result.duplicates(), "of them", "duplicates");
    line(text, compared.snapshots(), "snapshot", "compared");
    optional(text, compared.gone(), "snapshots older than the history", "not compared");
    optional(
        text,
        compared.later(),
        "snapshots newer than what was published at the start",
        "not compared");
    line(text, compared.newest(), "newest snapshot", "compared");
    line(text, compared.rankings(), "ranking", "compared");
    line(text, compared.units(), "record", "of unit scores compared");
    return text.toString().stripTrailing();
  }

  private static String text(Difference difference) {
    return "%s, %s%s%n  by the log  %s%n  published   %s%n"
        .formatted(
            difference.topic(),
            difference.record(),
            difference.field().isEmpty() ? "" : ", field " + difference.field(),
            difference.folded(),
            difference.published());
  }

  private static void line(StringBuilder text, long count, String what, String rest) {
    text.append("%,9d %s%s %s%n".formatted(count, what, count == 1 ? "" : "s", rest));
  }

  private static void optional(StringBuilder text, long count, String what, String rest) {
    if (count > 0) {
      text.append("%,9d %s %s%n".formatted(count, what, rest));
    }
  }

  private static Map<String, Object> json(String run, Replay.Result result) {
    Compared compared = result.compared();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("run", run);
    json.put("equal", compared.difference().isEmpty());
    json.put("events", result.events());
    json.put("refused", result.refused());
    json.put("duplicates", result.duplicates());
    json.put("snapshots", compared.snapshots());
    json.put("snapshots_gone", compared.gone());
    json.put("snapshots_later", compared.later());
    json.put("newest_snapshots", compared.newest());
    json.put("rankings", compared.rankings());
    json.put("unit_records", compared.units());
    json.put("difference", compared.difference().map(ReplayCommand::json).orElse(null));
    return json;
  }

  private static Map<String, String> json(Difference difference) {
    Map<String, String> json = new LinkedHashMap<>();
    json.put("topic", difference.topic());
    json.put("record", difference.record());
    json.put("field", difference.field());
    json.put("folded", difference.folded());
    json.put("published", difference.published());
    return json;
  }
}
