package dev.espalier.importance.api;

import dev.espalier.importance.history.Place;
import dev.espalier.kafka.Topics;
import dev.espalier.kafka.TraceHeader;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Reads the newest snapshots and the rankings, from the beginning and from every instance, into the
 * view. A tombstone makes it forget.
 */
@ApplicationScoped
public class ViewFeed {
  private static final Logger LOG = Logger.getLogger(ViewFeed.class);
  private static final String CHANNEL = "results";
  private static final Set<String> TOPICS = Set.of(Topics.SNAPSHOTS, Topics.RANKINGS);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final Duration BROKER_ANSWERS = Duration.ofSeconds(5);

  private final RunView view;
  private final KafkaClientService clients;
  private Cancellable looking;

  ViewFeed(RunView view, KafkaClientService clients) {
    this.view = view;
    this.clients = clients;
  }

  @Incoming(CHANNEL)
  @Blocking
  void take(ConsumerRecords<byte[], byte[]> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        take(record);
      } catch (ForeignRecordException e) {
        LOG.warnf(
            "Foreign record left out of the view: topic=%s partition=%d offset=%d reason=%s",
            record.topic(), record.partition(), record.offset(), e.getMessage());
      }
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) throws ForeignRecordException {
    String run = RunRecords.run(record);
    Place place = new Place(record.partition(), record.offset());
    boolean ranking = record.topic().equals(Topics.RANKINGS);
    if (record.value() != null && ranking) {
      view.put(RunRecords.ranking(record), place);
    } else if (record.value() != null) {
      view.put(RunRecords.snapshot(record), TraceHeader.text(record.headers()), place);
    } else if (ranking) {
      view.forgetRanking(run);
    } else {
      view.forgetSnapshot(run);
    }
  }

  void awaitEnd(@Observes StartupEvent started) {
    looking =
        Uni.createFrom()
            .deferred(this::isAtEnd)
            .onFailure()
            .invoke(e -> LOG.debugf("End of the topics not known yet: %s", e.getMessage()))
            .onFailure()
            .recoverWithItem(false)
            .repeat()
            .withDelay(BETWEEN_LOOKS)
            .until(atEnd -> atEnd)
            .subscribe()
            .with(atEnd -> {}, e -> LOG.error("View never loads", e), view::loaded);
  }

  void stop(@Observes ShutdownEvent stopped) {
    looking.cancel();
  }

  private Uni<Boolean> isAtEnd() {
    List<KafkaConsumer<byte[], byte[]>> consumers = clients.getConsumers(CHANNEL);
    Function<Consumer<byte[], byte[]>, Boolean> look = ViewFeed::isAtEnd;
    return consumers.isEmpty()
        ? Uni.createFrom().item(false)
        : consumers.getFirst().runOnPollingThread(look);
  }

  private static boolean isAtEnd(Consumer<byte[], byte[]> consumer) {
    Set<TopicPartition> assigned = consumer.assignment();
    Set<String> topics =
        assigned.stream().map(TopicPartition::topic).collect(Collectors.toUnmodifiableSet());
    if (!topics.containsAll(TOPICS)) {
      return false;
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(assigned, BROKER_ANSWERS);
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey(), BROKER_ANSWERS) >= end.getValue());
  }
}
