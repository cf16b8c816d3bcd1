package dev.espalier.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The launcher script as a person runs it.
 *
 * @param home the suite's folder
 */
record Launcher(Path home) {
  private static final int LIMIT_SECONDS = 240;

  /**
   * What a command left.
   *
   * @param exit its exit code
   * @param out standard output, line by line
   * @param err standard error
   */
  record Result(int exit, List<String> out, String err) {}

  /** Starts a command in a process group of its own, as a shell does. */
  Process start(Path out, Path err, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add("setsid");
    command.add(SuiteUnderTest.PROJECT.resolve("espalier").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("ESPALIER_HOME", home.toString());
    builder.environment().put("ESPALIER_BUILD", "off");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.start();
  }

  Result run(String... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile(home, "out", ".txt");
    Path err = Files.createTempFile(home, "err", ".txt");
    Process process = start(out, err, arguments);
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroy();
      throw new AssertionError("espalier " + String.join(" ", arguments) + " did not end");
    }
    return new Result(process.exitValue(), Files.readAllLines(out), Files.readString(err));
  }

  /** Processes whose command line names this home: the broker and the services' class paths do. */
  List<Long> processesLeft() {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(p -> mentionsHome(p.pid())).map(ProcessHandle::pid).toList();
    }
  }

  /** A service has the home in its environment only. */
  private boolean mentionsHome(long pid) {
    Path proc = Path.of("/proc", Long.toString(pid));
    try {
      return pid != ProcessHandle.current().pid()
          && (Files.readString(
                      proc.resolve("cmdline"), java.nio.charset.StandardCharsets.ISO_8859_1)
                  .contains(home.toString())
              || Files.readString(
                      proc.resolve("environ"), java.nio.charset.StandardCharsets.ISO_8859_1)
                  .contains(home.toString()));
    } catch (IOException e) {
      return false;
    }
  }
}
