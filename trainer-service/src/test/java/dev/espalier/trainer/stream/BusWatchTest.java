package dev.espalier.trainer.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BusWatchTest {
  private long now;
  private final BusWatch watch = new BusWatch(Duration.ofSeconds(10), () -> now);

  @Test
  void silenceIsTroubleOnlyWhileSomethingWaits() {
    move(60);
    assertEquals(Optional.empty(), watch.trouble("a"));

    watch.sending();
    move(9);
    assertEquals(Optional.empty(), watch.trouble("a"));
    move(2);
    assertTrue(watch.trouble("a").isPresent());

    watch.acknowledged(true);
    move(60);
    assertEquals(Optional.empty(), watch.trouble("a"));
  }

  @Test
  void eachAcknowledgementStartsTheWaitAnew() {
    watch.sending();
    move(8);
    watch.acknowledged(false);
    move(8);

    assertEquals(Optional.empty(), watch.trouble("a"));
  }

  @Test
  void refusalsAreRemembered() {
    watch.refused("a", true, "too large");
    watch.refused("a", false, "still too large");

    assertTrue(watch.trouble("a").orElseThrow().contains("2 events"));
    assertTrue(watch.trouble("a").orElseThrow().contains("still too large"));
    assertEquals(1, watch.refusedSummaries("a"));
  }

  @Test
  void anotherRunsRefusalsAreNotThisRuns() {
    watch.refused("b", true, "too large");

    assertEquals(Optional.empty(), watch.trouble("a"));
    assertEquals(0, watch.refusedSummaries("a"));
  }

  @Test
  void theOldestRunsAreForgotten() {
    for (int i = 0; i <= BusWatch.MOST_RUNS; i++) {
      watch.refused("run-" + i, true, "too large");
    }

    assertEquals(0, watch.refusedSummaries("run-0"));
    assertEquals(1, watch.refusedSummaries("run-1"));
  }

  private void move(long seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }
}
