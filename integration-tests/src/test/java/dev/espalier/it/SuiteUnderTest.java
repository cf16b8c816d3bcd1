package dev.espalier.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.local.client.Services;
import dev.espalier.local.log.Compared;
import dev.espalier.local.log.RecordReader;
import dev.espalier.local.log.Replay;
import dev.espalier.local.suite.Layout;
import dev.espalier.local.suite.Member;
import dev.espalier.local.suite.RunningMember;
import dev.espalier.local.suite.Suite;
import dev.espalier.local.suite.SuiteState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.stream.Stream;

/** The packaged services and a broker, in a folder of their own, ended and removed at close. */
final class SuiteUnderTest implements AutoCloseable {
  static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  private final Path home;
  private final Suite suite;
  private SuiteState state;
  private Services services;

  SuiteUnderTest() throws IOException {
    home = Files.createTempDirectory("espalier-it-");
    suite = new Suite(new Layout(PROJECT, home), step -> {});
    up();
  }

  /** Starts what is missing: all members at first, the killed ones later. */
  void up() {
    if (services != null) {
      services.close();
    }
    state = suite.up(EnumSet.allOf(Member.class), false);
    services = new Services(state);
  }

  /** Ends a process as a crash would. */
  void kill(Member member) {
    ProcessHandle process = member(member).id().process().orElseThrow();
    process.destroyForcibly();
    process.onExit().join();
  }

  RunningMember member(Member member) {
    return state.find(member).orElseThrow();
  }

  Services services() {
    return services;
  }

  Layout layout() {
    return suite.layout();
  }

  Bus bus() {
    return new Bus("127.0.0.1:" + member(Member.BROKER).port());
  }

  /** Replays a run's log, as {@code ./espalier replay} does, and holds it to what was published. */
  Compared replay(String runId) {
    try (RecordReader reader = new RecordReader(bus().servers())) {
      Compared compared = Replay.of(reader, runId).compared();
      assertEquals(Optional.empty(), compared.difference());
      return compared;
    }
  }

  @Override
  public void close() throws IOException {
    services.close();
    suite.release();
    suite.close();
    try (Stream<Path> tree = Files.walk(home)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
