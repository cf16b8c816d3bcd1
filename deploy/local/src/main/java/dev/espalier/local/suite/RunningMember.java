package dev.espalier.local.suite;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that the suite started.
 *
 * @param member which
 * @param id its process
 * @param port its port on the loopback address
 * @param controllerPort the broker's second port, 0 for services
 */
public record RunningMember(Member member, ProcessId id, int port, int controllerPort) {

  @JsonIgnore
  public boolean isAlive() {
    return id.isAlive();
  }

  /** Asks the process to end; ends it by force where it has not ended within the grace. */
  void stop(Duration grace) {
    id.process().ifPresent(handle -> stop(handle, grace));
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
