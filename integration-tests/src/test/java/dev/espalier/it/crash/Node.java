package dev.espalier.it.crash;

import dev.espalier.local.suite.Layout;
import dev.espalier.local.suite.Readiness;
import dev.espalier.local.suite.RunningMember;
import dev.espalier.local.suite.Starter;
import dev.espalier.local.suite.SuiteState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A process that is killed and started again, on the same ports and in the same folder. */
public final class Node {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final String name;
  private final Layout layout;
  private final Starter starter;
  private final SuiteState peers;
  private RunningMember running;

  /**
   * @param layout of this process alone
   * @param plan which member, on which ports
   * @param peers where the others are
   * @param settings environment variables
   */
  Node(
      String name,
      Layout layout,
      RunningMember plan,
      List<RunningMember> peers,
      Map<String, String> settings) {
    this.name = name;
    this.layout = layout;
    this.peers = new SuiteState(peers, List.of(), false);
    starter = new Starter(layout, settings);
    running = plan;
  }

  public long pid() {
    return running.id().pid();
  }

  public int port() {
    return running.port();
  }

  public void start() {
    try {
      running = starter.start(running, peers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void awaitReady() {
    try (Readiness readiness = new Readiness(() -> false)) {
      readiness.await(running, LIMIT, layout);
    }
  }

  /** Ends the process as a crash would; none is none to end. */
  public void kill() {
    running
        .id()
        .process()
        .ifPresent(
            process -> {
              process.destroyForcibly();
              process.onExit().join();
            });
  }

  @Override
  public String toString() {
    return name;
  }
}
