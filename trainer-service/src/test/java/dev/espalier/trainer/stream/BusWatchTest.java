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
    assertEquals(Optional.empty(), watch.trouble());

    watch.sending();
    move(9);
    assertEquals(Optional.empty(), watch.trouble());
    move(2);
    assertTrue(watch.trouble().isPresent());

    watch.acknowledged(true);
    move(60);
    assertEquals(Optional.empty(), watch.trouble());
  }

  @Test
  void eachAcknowledgementStartsTheWaitAnew() {
    watch.sending();
    move(8);
    watch.acknowledged(false);
    move(8);

    assertEquals(Optional.empty(), watch.trouble());
  }

  @Test
  void refusalsAreRemembered() {
    watch.refused("too large");

    assertTrue(watch.trouble().orElseThrow().contains("too large"));
  }

  private void move(long seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }
}
