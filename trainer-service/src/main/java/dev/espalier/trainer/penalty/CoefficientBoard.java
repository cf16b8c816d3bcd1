package dev.espalier.trainer.penalty;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Where a run's coefficients are put as they come, and where its training looks for the newest.
 * Waiting is bounded: not at all while the service that makes them cannot be reached, and half as
 * long as before after each time in vain.
 */
public final class CoefficientBoard implements AutoCloseable {
  private final Runnable onClose;
  private Coefficients newest;
  private boolean reachable = true;
  private int vain;

  /**
   * @param onClose ends what puts coefficients here
   */
  public CoefficientBoard(Runnable onClose) {
    this.onClose = onClose;
  }

  /** Puts coefficients here; older ones than those that are here are ignored. */
  public synchronized void put(Coefficients coefficients) {
    reachable = true;
    if (newest == null || coefficients.epoch() >= newest.epoch()) {
      newest = coefficients;
      vain = 0;
      notifyAll();
    }
  }

  /** Says whether the service that makes coefficients may be there. */
  public synchronized void reachable(boolean now) {
    reachable = now;
    notifyAll();
  }

  /** The newest coefficients, of whichever epoch. */
  public synchronized Optional<Coefficients> newest() {
    return Optional.ofNullable(newest);
  }

  /**
   * Waits for an epoch's coefficients.
   *
   * @param epoch from 0
   * @param longest how long to wait at most
   * @return whether they are here
   */
  public synchronized boolean await(int epoch, Duration longest) throws InterruptedException {
    long wait = longest.toNanos() >> Math.min(vain, 62);
    long end = System.nanoTime() + wait;
    while (newest == null || newest.epoch() < epoch) {
      long left = end - System.nanoTime();
      if (!reachable || left <= 0) {
        vain += reachable ? 1 : 0;
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    vain = 0;
    return true;
  }

  @Override
  public void close() {
    onClose.run();
  }
}
