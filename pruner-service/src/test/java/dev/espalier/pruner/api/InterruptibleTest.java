package dev.espalier.pruner.api;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InterruptibleTest {
  private final ExecutorService worker = Executors.newSingleThreadExecutor();
  private final AtomicBoolean flag = new AtomicBoolean();

  @AfterEach
  void stop() {
    worker.shutdownNow();
  }

  private boolean interruptedAfterwards() throws Exception {
    return worker.submit(Thread::interrupted).get(60, TimeUnit.SECONDS);
  }

  @Test
  void workIsInterruptedAndWhatFollowsIsNot() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    Interruptible work =
        new Interruptible(
            () -> {
              running.countDown();
              while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
              }
              flag.set(true);
            });
    worker.execute(work::run);
    running.await();

    work.cancel();

    assertFalse(interruptedAfterwards());
    assertTrue(flag.get());
  }

  @Test
  void whatIsCancelledWhileItWaitsIsNotDone() throws Exception {
    Interruptible work = new Interruptible(() -> flag.set(true));
    work.cancel();

    worker.submit(work::run).get(60, TimeUnit.SECONDS);

    assertFalse(flag.get());
  }

  @Test
  void theEndOfTheWorkInterruptsNothing() throws Exception {
    Interruptible[] work = new Interruptible[1];
    work[0] = new Interruptible(() -> work[0].cancel());
    worker.submit(work[0]::run).get(60, TimeUnit.SECONDS);
    work[0].cancel();

    assertFalse(interruptedAfterwards());
  }
}
