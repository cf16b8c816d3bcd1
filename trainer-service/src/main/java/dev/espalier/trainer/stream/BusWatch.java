package dev.espalier.trainer.stream;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Notices when the bus takes nothing although something waits for it. */
final class BusWatch {
  /** Runs whose losses are remembered: the one that trains and some before it. */
  static final int MOST_RUNS = 64;

  /**
   * What the bus refused of a run for good.
   *
   * @param reason of the newest
   */
  private record Loss(long events, long summaries, String reason) {}

  private static final Loss NONE = new Loss(0, 0, "");

  private final long patience;
  private final LongSupplier nanos;
  private long lastProgress;
  private boolean busy;
  private final Map<String, Loss> losses =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Loss> eldest) {
          return size() > MOST_RUNS;
        }
      };

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
   * The bus took an event, or refused one for good.
   *
   * @param idle whether nothing waits any more
   */
  synchronized void acknowledged(boolean idle) {
    lastProgress = nanos.getAsLong();
    busy = !idle;
  }

  /**
   * The bus refused an event for good.
   *
   * @param runId the event's run
   * @param summary whether the event is a summary
   */
  synchronized void refused(String runId, boolean summary, String reason) {
    Loss before = losses.getOrDefault(runId, NONE);
    losses.put(runId, new Loss(before.events + 1, before.summaries + (summary ? 1 : 0), reason));
  }

  /** Summaries of a run that the bus refused for good. */
  synchronized long refusedSummaries(String runId) {
    return losses.getOrDefault(runId, NONE).summaries;
  }

  /** What is wrong with the bus at present, or was with this run's events. */
  synchronized Optional<String> trouble(String runId) {
    if (busy && nanos.getAsLong() - lastProgress > patience) {
      return Optional.of("the Kafka broker takes no events at present; they wait within a bound");
    }
    Loss loss = losses.getOrDefault(runId, NONE);
    return loss.events == 0
        ? Optional.empty()
        : Optional.of(
            "Kafka refused "
                + loss.events
                + " events of this run for good, last because: "
                + loss.reason);
  }
}
