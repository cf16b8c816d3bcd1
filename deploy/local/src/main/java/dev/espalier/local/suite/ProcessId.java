package dev.espalier.local.suite;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Optional;

/**
 * A process of this machine, told from a later one that has the same number.
 *
 * @param pid its number
 * @param startMillis when it started, epoch milliseconds as the system says
 */
public record ProcessId(long pid, long startMillis) {

  static ProcessId of(ProcessHandle handle) {
    return new ProcessId(handle.pid(), startOf(handle));
  }

  private static long startOf(ProcessHandle handle) {
    return handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /** The process, where it still runs. */
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
}
