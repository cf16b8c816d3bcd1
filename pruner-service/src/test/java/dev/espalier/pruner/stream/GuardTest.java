package dev.espalier.pruner.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.kafka.Topics;
import dev.espalier.pruner.job.Jobs;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GuardTest {
  @Test
  void aDeadLetterThatIsNotTakenIsSentAgain() {
    AtomicInteger sent = new AtomicInteger();
    Publisher broker =
        new Publisher(null, null, null) {
          @Override
          public Uni<Void> deadLetter(ConsumerRecord<byte[], byte[]> record, String reason) {
            return Uni.createFrom()
                .item(sent::incrementAndGet)
                .invoke(
                    times -> {
                      if (times < 3) {
                        throw new IllegalStateException("the broker is away");
                      }
                    })
                .replaceWithVoid();
          }
        };
    ConsumerRecord<byte[], byte[]> bad =
        new ConsumerRecord<>(Topics.MODELS, 0, 7, new byte[] {'p'}, new byte[] {-1, -1});

    new Guard(new Records(new RunViews(1, 1), new Jobs(1)), broker)
        .check(
            new ConsumerRecords<>(
                Map.of(new TopicPartition(Topics.MODELS, 0), List.of(bad)), Map.of()));

    assertEquals(3, sent.get());
  }
}
