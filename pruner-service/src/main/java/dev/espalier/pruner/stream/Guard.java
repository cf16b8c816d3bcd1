package dev.espalier.pruner.stream;

import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Puts what cannot be used aside. All instances share this work and remember how far it went, so
 * that a bad record is put aside once and not again at every start. The next is looked at once the
 * broker has taken the last.
 */
@ApplicationScoped
public class Guard {
  private static final Logger LOG = Logger.getLogger(Guard.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final Records records;
  private final Publisher publisher;

  Guard(Records records, Publisher publisher) {
    this.records = records;
    this.publisher = publisher;
  }

  @Incoming("guard-in")
  @Blocking
  public void check(ConsumerRecords<byte[], byte[]> batch) {
    for (ConsumerRecord<byte[], byte[]> record : batch) {
      try {
        records.read(record.topic(), record.key(), record.value());
      } catch (IllegalArgumentException e) {
        LOG.warnf(
            "record refused, topic=%s partition=%d offset=%d reason=%s",
            record.topic(), record.partition(), record.offset(), e.getMessage());
        putAside(record, e.getMessage());
      }
    }
  }

  private void putAside(ConsumerRecord<byte[], byte[]> record, String reason) {
    publisher
        .deadLetter(record, reason)
        .onFailure()
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .indefinitely()
        .await()
        .indefinitely();
  }
}
