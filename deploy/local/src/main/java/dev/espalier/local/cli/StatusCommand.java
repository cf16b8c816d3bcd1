package dev.espalier.local.cli;

import dev.espalier.local.suite.Member;
import dev.espalier.local.suite.RunningMember;
import dev.espalier.local.suite.Suite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Show the suite's processes. Exit code 0 where all are ready, else 3.")
final class StatusCommand implements Callable<Integer> {
  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    try (Suite suite = new Suite(options.layout(), console::progress)) {
      return show(suite, console);
    }
  }

  static int show(Suite suite, Console console) {
    Table table = new Table("process", "state", "#pid", "#port", "log");
    List<Map<String, Object>> processes = new ArrayList<>();
    boolean all = true;
    for (Member member : Member.values()) {
      Optional<RunningMember> running = suite.state().find(member);
      boolean alive = running.map(RunningMember::isAlive).orElse(false);
      boolean ready = running.map(suite::isReady).orElse(false);
      all &= ready;
      String state = ready ? "ready" : alive ? "starting" : running.isPresent() ? "died" : "down";
      Map<String, Object> process = new LinkedHashMap<>();
      process.put("name", member.label());
      process.put("pid", alive ? running.get().id().pid() : null);
      process.put("port", running.map(RunningMember::port).orElse(null));
      process.put("ready", ready);
      process.put("state", state);
      process.put("log", suite.layout().log(member).toString());
      processes.add(process);
      table.row(
          member.label(),
          state,
          alive ? running.get().id().pid() : "-",
          running.map(m -> Integer.toString(m.port())).orElse("-"),
          running.isPresent() ? suite.layout().home().relativize(suite.layout().log(member)) : "");
    }
    console.line(table.toString());
    console.line("home: " + suite.layout().home());
    console.result(Map.of("processes", processes, "home", suite.layout().home().toString()));
    return all ? ExitCode.OK : ExitCode.NOT_UP;
  }
}
