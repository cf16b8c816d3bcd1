package dev.espalier.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RunRegistryTest {
  private final RunRegistry runs = new RunRegistry(Clock.systemUTC());
  private final CountDownLatch gate = new CountDownLatch(1);
  private final Function<RunHandle, Runnable> waiting =
      handle ->
          () -> {
            try {
              gate.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            handle.update(
                run ->
                    run.with(((RunPhase.Open) run.phase()).stopped(Clock.systemUTC().instant())));
          };

  @AfterEach
  void end() throws InterruptedException {
    gate.countDown();
    assertTrue(runs.shutDown(Duration.ofSeconds(10)));
  }

  @Test
  void oneTrainsSomeWaitAndMoreAreRefused() {
    for (int i = 0; i < 1 + RunRegistry.MOST_WAITING; i++) {
      runs.start(settings("run-" + i), waiting);
    }

    assertThrows(RunRegistry.FullException.class, () -> runs.checkRoom("more"));
    assertThrows(
        RunRegistry.FullException.class,
        () -> runs.start(settings("more"), handle -> fail("asked without room")));
    assertEquals(1 + RunRegistry.MOST_WAITING, runs.list(Long.MAX_VALUE, 100).size());
    assertTrue(runs.find("more").isEmpty());
  }

  @Test
  void knownIdIsRefused() {
    runs.start(settings("same"), waiting);

    assertThrows(RunRegistry.KnownException.class, () -> runs.start(settings("same"), waiting));
    assertThrows(RunRegistry.KnownException.class, () -> runs.checkRoom("same"));
    runs.checkRoom("other");
  }

  @Test
  void aRunWhoseWorkIsRefusedTakesNoPlace() {
    assertThrows(
        RunRegistry.KnownException.class,
        () ->
            runs.start(
                settings("claimed"),
                handle -> {
                  throw new RunRegistry.KnownException();
                }));

    assertTrue(runs.find("claimed").isEmpty());
  }

  @Test
  void aRunThatWaitsIsStoppedAtOnce() {
    runs.start(settings("busy"), waiting);
    RunHandle second = runs.start(settings("second"), waiting);

    runs.stop(second);

    assertInstanceOf(RunPhase.Stopped.class, second.snapshot().phase());
  }

  @Test
  void newestAreListedFirstAndPagesDoNotShift() {
    for (String id : List.of("a", "b", "c")) {
      runs.start(settings(id), waiting);
    }
    List<RunRegistry.Listed> first = runs.list(Long.MAX_VALUE, 2);
    runs.start(settings("d"), waiting);

    List<RunRegistry.Listed> second = runs.list(first.getLast().number(), 2);

    assertEquals(List.of("c", "b"), ids(first));
    assertEquals(List.of("a"), ids(second));
  }

  @Test
  void oldestEndedRunsAreForgotten() throws InterruptedException {
    gate.countDown();
    int count = RunRegistry.MOST_ENDED + RunRegistry.MOST_WAITING + 20;
    for (int i = 0; i < count; i++) {
      CountDownLatch done = new CountDownLatch(1);
      runs.start(
          settings("run-" + i),
          handle -> {
            Runnable work = waiting.apply(handle);
            return () -> {
              work.run();
              done.countDown();
            };
          });
      assertTrue(done.await(10, TimeUnit.SECONDS));
    }

    assertTrue(runs.find("run-0").isEmpty());
    assertTrue(runs.find("run-" + (count - 1)).isPresent());
    assertEquals(
        RunRegistry.MOST_ENDED + RunRegistry.MOST_WAITING + 1,
        runs.list(Long.MAX_VALUE, count).size());
  }

  private static List<String> ids(List<RunRegistry.Listed> page) {
    return page.stream().map(listed -> listed.snapshot().settings().runId()).toList();
  }

  private static RunSettings settings(String id) {
    return Requests.autoencoder(id, 1, 1);
  }
}
