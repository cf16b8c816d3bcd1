package dev.espalier.local.suite;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The broker and the services as processes of this machine. Its state is a file, so that a later
 * command finds what an earlier one started, and the last command that needs a process ends it.
 */
public final class Suite implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Duration STOP_GRACE = Duration.ofSeconds(10);
  private static final ProcessId SELF = ProcessId.of(ProcessHandle.current());

  private final Layout layout;
  private final Starter starter;
  private final SuiteLock lock;
  private final Readiness readiness;
  private final Consumer<String> progress;
  private final Map<Member, RunningMember> started = new EnumMap<>(Member.class);
  private volatile boolean closing;

  /**
   * @param layout where things lie
   * @param progress told in words what is being waited for
   */
  public Suite(Layout layout, Consumer<String> progress) {
    this.layout = layout;
    this.progress = progress;
    starter = new Starter(layout);
    lock = new SuiteLock(layout, progress);
    readiness = new Readiness(() -> closing);
  }

  public Layout layout() {
    return layout;
  }

  /**
   * Starts those of the wanted members that do not run, and waits until all of them are ready. They
   * stay until {@link #release}, or longer where other commands need them or they are to be kept.
   *
   * @param keep whether they stay up when no command needs them any more
   * @return the members that run now
   * @throws SuiteException where one cannot be started; what this call started is ended again
   */
  public SuiteState up(Set<Member> wanted, boolean keep) {
    layout.checkBuilt(wanted);
    return lock.holding(
        "start the suite",
        () -> {
          try {
            remember(state().with(SELF));
            SuiteState state = startAndAwait(wanted);
            return remember(keep ? state.keep() : state);
          } catch (SuiteException | IOException e) {
            endStarted();
            throw e;
          }
        });
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
    SuiteState planned = Ports.plan(missing, state);
    SuiteState result = state;
    for (Member member : missing) {
      result = remember(result.with(start(member, planned)));
    }
    return result;
  }

  private RunningMember start(Member member, SuiteState planned) throws IOException {
    synchronized (started) {
      if (closing) {
        throw new SuiteException("interrupted");
      }
      RunningMember running = starter.start(planned.find(member).orElseThrow(), planned);
      started.put(member, running);
      return running;
    }
  }

  private SuiteState remember(SuiteState state) throws IOException {
    state.write(layout.state());
    return state;
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
    lock.holding(
        "take the suite down",
        () -> {
          stop(state().members());
          return remember(SuiteState.EMPTY);
        });
  }

  /**
   * This command needs the members no more: ends them, unless another command does or they are to
   * be kept. Nothing can be started after. May be called while another thread is in {@link #up},
   * which then fails.
   */
  public void release() {
    closing = true;
    lock.holding(
        "take the suite down",
        () -> {
          SuiteState left = state().without(SELF);
          if (left.isNeeded()) {
            return remember(left);
          }
          stop(left.members());
          endStarted();
          return remember(SuiteState.EMPTY);
        });
  }

  /** Ends what this object started, recorded or not, and forgets it. */
  private void endStarted() throws IOException {
    SuiteState state = state().without(SELF);
    synchronized (started) {
      stop(List.copyOf(started.values()));
      for (Member member : started.keySet()) {
        state = state.without(member);
      }
      started.clear();
    }
    remember(state);
  }

  private static void stop(List<RunningMember> members) {
    members.parallelStream()
        .filter(m -> m.member() != Member.BROKER)
        .forEach(m -> m.stop(STOP_GRACE));
    members.stream().filter(m -> m.member() == Member.BROKER).forEach(m -> m.stop(STOP_GRACE));
  }

  @Override
  public void close() {
    readiness.close();
  }
}
