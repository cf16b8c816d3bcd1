package dev.espalier.importance.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** How long the states of partitions that came to this instance took to come back. */
@ApplicationScoped
public class RestoreMeters implements StateRestoreListener {
  private final Map<TopicPartition, Long> begun = new ConcurrentHashMap<>();
  private final Timer time;
  private final Counter records;

  RestoreMeters(MeterRegistry meters) {
    time =
        Timer.builder("espalier.importance.restore")
            .description("Time to restore one partition of a store")
            .register(meters);
    records =
        Counter.builder("espalier.importance.restore.records")
            .description("Changelog records restored")
            .register(meters);
    meters.gaugeMapSize("espalier.importance.restoring", java.util.List.of(), begun);
  }

  /** Partitions of stores that are being restored now. */
  int restoring() {
    return begun.size();
  }

  @Override
  public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
    begun.put(partition, System.nanoTime());
  }

  @Override
  public void onBatchRestored(TopicPartition partition, String store, long end, long restored) {
    records.increment(restored);
  }

  @Override
  public void onRestoreEnd(TopicPartition partition, String store, long restored) {
    finish(partition);
  }

  @Override
  public void onRestoreSuspended(TopicPartition partition, String store, long restored) {
    finish(partition);
  }

  private void finish(TopicPartition partition) {
    Long from = begun.remove(partition);
    if (from != null) {
      time.record(Duration.ofNanos(System.nanoTime() - from));
    }
  }
}
