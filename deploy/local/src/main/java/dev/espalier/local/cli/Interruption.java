package dev.espalier.local.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end its work where the process is told to end, by Ctrl-C or SIGTERM: its thread is
 * interrupted, and has some seconds.
 */
final class Interruption implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 8;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(Thread command) {
    hook =
        new Thread(
            () -> {
              command.interrupt();
              try {
                ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "interrupt");
  }

  static Interruption ofThisThread() {
    Interruption interruption = new Interruption(Thread.currentThread());
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down: the hook runs, and has nothing to wait for.
      hook.setName("interrupt, done");
    }
  }
}
