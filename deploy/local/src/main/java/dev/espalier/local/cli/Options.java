package dev.espalier.local.cli;

import dev.espalier.local.suite.Layout;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What every command takes. */
final class Options {
  @Option(
      names = "--json",
      description = "Print the result as JSON, one object a line; progress goes to standard error.")
  private boolean json;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description =
          "Where the suite keeps its logs, broker data and models. Default: ESPALIER_HOME, else"
              + " .espalier in the project's folder.")
  private Path home;

  Console console() {
    return new Console(json, Boolean.getBoolean("espalier.terminal"));
  }

  Layout layout() {
    Path project = Path.of(System.getProperty("espalier.project", "."));
    String fromEnvironment = System.getenv("ESPALIER_HOME");
    if (home != null) {
      return new Layout(project, home);
    }
    return new Layout(
        project, fromEnvironment != null ? Path.of(fromEnvironment) : project.resolve(".espalier"));
  }
}
