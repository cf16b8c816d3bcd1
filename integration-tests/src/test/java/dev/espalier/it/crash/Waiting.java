package dev.espalier.it.crash;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Asks again and again, within a limit. */
final class Waiting {
  private static final long PAUSE = Duration.ofMillis(100).toNanos();

  private Waiting() {}

  /** Whether it came true within the limit. */
  static boolean within(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(PAUSE);
    }
    return true;
  }
}
