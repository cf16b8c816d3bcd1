package dev.espalier.local.cli;

import dev.espalier.local.suite.Suite;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "End the services and the broker. Records and models stay for the next time.")
final class DownCommand implements Callable<Integer> {
  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    try (Suite suite = new Suite(options.layout(), console::progress)) {
      List<String> running =
          suite.state().members().stream()
              .filter(member -> member.isAlive())
              .map(member -> member.member().label())
              .toList();
      suite.down();
      console.line(running.isEmpty() ? "nothing was up" : "down: " + String.join(", ", running));
      console.result(Map.of("ended", running));
      return ExitCode.OK;
    }
  }
}
