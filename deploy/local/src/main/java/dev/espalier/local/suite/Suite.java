package dev.espalier.local.suite;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The broker and the services as processes of this machine. Its state is a file, so that a later
 * command finds what an earlier one started.
 */
public final class Suite implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Duration STOP_GRACE = Duration.ofSeconds(10);

  private final Layout layout;
  private final Commands commands;
  private final Readiness readiness = new Readiness();
  private final Consumer<String> progress;
  private final Set<Member> started = EnumSet.noneOf(Member.class);
  private boolean closing;

  /**
   * @param layout where things lie
   * @param progress told in words what is being waited for
   */
  public Suite(Layout layout, Consumer<String> progress) {
    this.layout = layout;
    this.commands = new Commands(layout);
    this.progress = progress;
  }

  public Layout layout() {
    return layout;
  }

  /**
   * Starts those of the wanted members that do not run, and waits until all of them are ready.
   *
   * @return the members that run now
   * @throws SuiteException where one cannot be started; what this call started is ended again
   */
  public SuiteState up(Set<Member> wanted) {
    layout.checkBuilt(wanted);
    try {
      return locked("start the suite", () -> startAndAwait(wanted));
    } catch (SuiteException e) {
      takeDownStarted();
      throw e;
    }
  }

  private SuiteState startAndAwait(Set<Member> wanted) throws IOException {
    SuiteState state = state();
    if (wanted.contains(Member.BROKER)) {
      state = startMissing(EnumSet.of(Member.BROKER), state);
      RunningMember broker = state.find(Member.BROKER).orElseThrow();
      awaitReady(broker);
      Topology.create("127.0.0.1:" + broker.port(), (int) START_LIMIT.toSeconds());
    }
    state = startMissing(wanted, state);
    for (RunningMember member : state.members()) {
      if (wanted.contains(member.member()) && member.member() != Member.BROKER) {
        awaitReady(member);
      }
    }
    return state;
  }

  private void awaitReady(RunningMember member) {
    if (!readiness.isReady(member)) {
      progress.accept(member.member().label());
      readiness.await(member, START_LIMIT, layout);
    }
  }

  private SuiteState startMissing(Set<Member> wanted, SuiteState state) throws IOException {
    List<Member> missing =
        wanted.stream()
            .filter(m -> !state.find(m).map(RunningMember::isAlive).orElse(false))
            .toList();
    SuiteState ports = state;
    for (Member member : missing) {
      ports = ports.with(planned(member, state));
    }
    SuiteState result = state;
    for (Member member : missing) {
      result = start(ports.find(member).orElseThrow(), ports, result);
    }
    return result;
  }

  /** A dead member keeps its ports, so that its peers find it again. */
  private static RunningMember planned(Member member, SuiteState state) {
    return state
        .find(member)
        .orElseGet(
            () ->
                new RunningMember(
                    member,
                    0,
                    0,
                    Readiness.freePort(),
                    member == Member.BROKER ? Readiness.freePort() : 0));
  }

  private synchronized SuiteState start(RunningMember plan, SuiteState ports, SuiteState state)
      throws IOException {
    if (closing) {
      throw new SuiteException("interrupted");
    }
    Member member = plan.member();
    File log = layout.log(member).toFile();
    Files.createDirectories(layout.log(member).getParent());
    Files.createDirectories(layout.models().root());
    empty(layout.temporary(member));
    ProcessBuilder builder =
        new ProcessBuilder(commands.command(member, plan.port(), plan.controllerPort()))
            .directory(layout.home().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    builder.environment().putAll(commands.environment(member, plan.port(), ports));
    ProcessHandle handle = builder.start().toHandle();
    started.add(member);
    SuiteState changed =
        state.with(RunningMember.of(member, handle, plan.port(), plan.controllerPort()));
    changed.write(layout.state());
    return changed;
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

  /** What the suite remembers of its processes, dead ones included. */
  public SuiteState state() {
    try {
      return SuiteState.read(layout.state());
    } catch (IOException e) {
      throw new SuiteException(
          layout.state() + " cannot be read: " + e.getMessage() + "; remove it", e);
    }
  }

  /** Whether a member that is remembered runs and answers. */
  public boolean isReady(RunningMember member) {
    return member.isAlive() && readiness.isReady(member);
  }

  /** Ends all processes of the suite, the services before the broker; none is an error. */
  public void down() {
    locked(
        "take the suite down",
        () -> {
          stop(state().members());
          return Files.deleteIfExists(layout.state());
        });
  }

  /** Ends the processes that this object started, and no others; nothing can be started after. */
  public synchronized void takeDownStarted() {
    closing = true;
    List<RunningMember> mine = new ArrayList<>();
    List<RunningMember> others = new ArrayList<>();
    state().members().forEach(m -> (started.contains(m.member()) ? mine : others).add(m));
    stop(mine);
    try {
      if (others.isEmpty()) {
        Files.deleteIfExists(layout.state());
      } else {
        new SuiteState(others).write(layout.state());
      }
    } catch (IOException e) {
      throw new SuiteException("cannot write " + layout.state(), e);
    }
    started.clear();
  }

  private static void stop(List<RunningMember> members) {
    members.parallelStream()
        .filter(m -> m.member() != Member.BROKER)
        .forEach(m -> m.stop(STOP_GRACE));
    members.stream().filter(m -> m.member() == Member.BROKER).forEach(m -> m.stop(STOP_GRACE));
  }

  /** One command at a time changes the suite. */
  private <T> T locked(String what, Change<T> change) {
    try {
      Files.createDirectories(layout.home());
      try (FileChannel channel =
          FileChannel.open(layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        if (channel.tryLock() == null) {
          progress.accept("another espalier command");
          channel.lock();
        }
        return change.make();
      }
    } catch (IOException e) {
      throw new SuiteException("cannot " + what + ": " + e.getMessage(), e);
    }
  }

  private interface Change<T> {
    T make() throws IOException;
  }

  @Override
  public void close() {
    readiness.close();
  }
}
