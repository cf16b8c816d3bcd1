package dev.espalier.pruner.stream;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** Whether what lay on the bus when this service started has been read: then its answers count. */
@ApplicationScoped
public class CatchUp {
  private static final Logger LOG = Logger.getLogger(CatchUp.class);
  private static final String CHANNEL = "bus-in";
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Function<Consumer<byte[], byte[]>, Boolean> AT_END = CatchUp::atEnd;

  private final KafkaClientService clients;
  private volatile boolean done;

  CatchUp(KafkaClientService clients) {
    this.clients = clients;
  }

  /**
   * @return within about two seconds; once true, always true
   */
  public Uni<Boolean> done() {
    if (done || !clients.getConsumerChannels().contains(CHANNEL)) {
      return Uni.createFrom().item(true);
    }
    KafkaConsumer<byte[], byte[]> consumer = clients.getConsumer(CHANNEL);
    return consumer
        .runOnPollingThread(AT_END)
        .ifNoItem()
        .after(PATIENCE.multipliedBy(2))
        .fail()
        .onFailure()
        .recoverWithItem(
            e -> {
              LOG.debugf("the bus cannot be asked how far it goes, reason=%s", e.getMessage());
              return false;
            })
        .invoke(atEnd -> done |= atEnd);
  }

  private static boolean atEnd(Consumer<byte[], byte[]> consumer) {
    Set<TopicPartition> assigned = consumer.assignment();
    Map<TopicPartition, Long> ends = consumer.endOffsets(assigned, PATIENCE);
    return !assigned.isEmpty()
        && assigned.stream().allMatch(p -> consumer.position(p, PATIENCE) >= ends.get(p));
  }
}
