package dev.espalier.local.cli;

import dev.espalier.local.suite.Member;
import dev.espalier.local.suite.Suite;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Start the broker and the three services, or bring back those that have died.",
    footerHeading = "%nExample:%n",
    footer = "  ./espalier up && ./espalier status")
final class UpCommand implements Callable<Integer> {
  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    try (Suite suite =
        new Suite(options.layout(), name -> console.progress("waiting for " + name))) {
      Thread hook = new Thread(suite::release, "take down");
      Runtime.getRuntime().addShutdownHook(hook);
      suite.up(EnumSet.allOf(Member.class), true);
      Runtime.getRuntime().removeShutdownHook(hook);
      suite.release();
      return StatusCommand.show(suite, console);
    }
  }
}
