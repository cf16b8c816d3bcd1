package dev.espalier.trainer.stream;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Notices when the bus takes nothing although something waits for it. */
final class BusWatch {
  private final long patience;
  private final LongSupplier nanos;
  private long lastProgress;
  private boolean busy;
  private long lost;
  private String lastLoss;

  /**
   * @param patience how long without an acknowledgement is normal
   * @param nanos a clock that only rises, in nanoseconds
   */
  BusWatch(Duration patience, LongSupplier nanos) {
    this.patience = patience.toNanos();
    this.nanos = nanos;
  }

  /** Events wait: from now on acknowledgements are expected. */
  synchronized void sending() {
    if (!busy) {
      busy = true;
      lastProgress = nanos.getAsLong();
    }
  }

  /**
   * @param idle whether nothing waits any more
   */
  synchronized void acknowledged(boolean idle) {
    lastProgress = nanos.getAsLong();
    busy = !idle;
  }

  /** The bus refused an event for good. */
  synchronized void refused(String reason) {
    lost++;
    lastLoss = reason;
  }

  synchronized Optional<String> trouble() {
    if (busy && nanos.getAsLong() - lastProgress > patience) {
      return Optional.of("the Kafka broker takes no events at present; they wait within a bound");
    }
    return lost == 0
        ? Optional.empty()
        : Optional.of("Kafka refused " + lost + " events for good, last because: " + lastLoss);
  }
}
