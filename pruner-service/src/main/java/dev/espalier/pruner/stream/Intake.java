package dev.espalier.pruner.stream;

import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Reads graphs, rankings and results from the bus, from its beginning at every start. */
@ApplicationScoped
public class Intake {
  private static final Logger LOG = Logger.getLogger(Intake.class);

  private final Records records;

  Intake(Records records) {
    this.records = records;
  }

  /** What cannot be used is left to {@link Guard}. */
  @Incoming("bus-in")
  @Blocking
  public void read(ConsumerRecords<byte[], byte[]> batch) {
    for (ConsumerRecord<byte[], byte[]> record : batch) {
      try {
        records.read(record.topic(), record.key(), record.value()).run();
      } catch (IllegalArgumentException e) {
        LOG.debugf(
            "record passed over, topic=%s partition=%d offset=%d reason=%s",
            record.topic(), record.partition(), record.offset(), e.getMessage());
      }
    }
  }
}
