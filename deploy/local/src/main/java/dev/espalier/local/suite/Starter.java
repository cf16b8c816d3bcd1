package dev.espalier.local.suite;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** Starts the members' processes. */
public final class Starter {
  private final Layout layout;
  private final Commands commands;
  private final Map<String, String> settings;

  /** With the settings that the packages bring. */
  public Starter(Layout layout) {
    this(layout, Map.of());
  }

  /**
   * @param settings environment variables that the processes get beside the suite's own
   */
  public Starter(Layout layout, Map<String, String> settings) {
    this.layout = layout;
    this.settings = Map.copyOf(settings);
    commands = new Commands(layout);
  }

  /**
   * @param plan which member, on which ports
   * @param ports where the others are
   * @return the plan with its process
   */
  public RunningMember start(RunningMember plan, SuiteState ports) throws IOException {
    Member member = plan.member();
    Files.createDirectories(layout.log(member).getParent());
    Files.createDirectories(layout.models().root());
    empty(layout.temporary(member));
    ProcessBuilder builder =
        new ProcessBuilder(commands.command(member, plan.port(), plan.controllerPort()))
            .directory(layout.home().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(layout.log(member).toFile()));
    builder.environment().putAll(commands.environment(member, plan.port(), ports));
    builder.environment().putAll(settings);
    ProcessHandle handle = builder.start().toHandle();
    return new RunningMember(member, ProcessId.of(handle), plan.port(), plan.controllerPort());
  }

  private static void empty(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(folder)) {
          Files.delete(path);
        }
      }
    }
  }
}
