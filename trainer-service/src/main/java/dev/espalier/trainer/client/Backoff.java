package dev.espalier.trainer.client;

import java.time.Duration;

/** Waits between attempts: each twice as long as the one before, up to a bound. */
final class Backoff {
  private static final long FIRST = Duration.ofMillis(250).toNanos();
  private static final long LONGEST = Duration.ofSeconds(5).toNanos();

  private long next = FIRST;

  /** Nanoseconds to wait before the next attempt. */
  synchronized long next() {
    long now = next;
    next = Math.min(LONGEST, 2 * next);
    return now;
  }

  synchronized void reset() {
    next = FIRST;
  }
}
