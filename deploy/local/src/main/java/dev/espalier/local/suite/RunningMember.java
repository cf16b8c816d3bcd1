package dev.espalier.local.suite;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that the suite started.
 *
 * @param member which
 * @param pid process id
 * @param startMillis when the process started, epoch milliseconds as the system says; tells it from
 *     a later process with the same id
 * @param port its port on the loopback address
 * @param controllerPort the broker's second port, 0 for services
 */
public record RunningMember(
    Member member, long pid, long startMillis, int port, int controllerPort) {

  static RunningMember of(Member member, ProcessHandle handle, int port, int controllerPort) {
    return new RunningMember(member, handle.pid(), startOf(handle), port, controllerPort);
  }

  private static long startOf(ProcessHandle handle) {
    return handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /** The process, where it still runs and is the one that was started. */
  @JsonIgnore
  public Optional<ProcessHandle> process() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(handle -> startOf(handle) == startMillis);
  }

  @JsonIgnore
  public boolean isAlive() {
    return process().isPresent();
  }

  /** Asks the process to end; ends it by force where it has not ended within the grace. */
  void stop(Duration grace) {
    process().ifPresent(handle -> stop(handle, grace));
  }

  private static void stop(ProcessHandle handle, Duration grace) {
    handle.destroy();
    try {
      handle.onExit().get(grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      handle.destroyForcibly();
      handle.onExit().join();
    } catch (InterruptedException e) {
      handle.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
