package dev.espalier.importance.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.kafka.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** The history topic, of one partition; grows while it is read, four records at a time. */
final class PastRuns {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.IMPORTANCE, 0);

  private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
  private final List<Reader> readers = new ArrayList<>();
  private boolean silent;

  synchronized void add(ImportanceSnapshot snapshot) {
    byte[] key = snapshot.getRunId().getBytes(UTF_8);
    log.add(new ConsumerRecord<>(PARTITION.topic(), 0, log.size(), key, snapshot.toByteArray()));
  }

  /** From here on no consumer can be made. */
  synchronized void fallSilent() {
    silent = true;
  }

  synchronized Consumer<byte[], byte[]> open() {
    if (silent) {
      throw new TimeoutException("no broker");
    }
    Reader reader = new Reader();
    readers.add(reader);
    return reader;
  }

  /** Consumers that are not closed. */
  synchronized long openReaders() {
    return readers.stream().filter(reader -> !reader.closed()).count();
  }

  synchronized int size() {
    return log.size();
  }

  /** Offset that the newest consumer has come to. */
  synchronized long given() {
    return readers.getLast().position(PARTITION);
  }

  private final class Reader extends MockConsumer<byte[], byte[]> {
    private int added;

    Reader() {
      super("earliest");
      updatePartitions(
          PARTITION.topic(), List.of(new PartitionInfo(PARTITION.topic(), 0, null, null, null)));
      updateBeginningOffsets(Map.of(PARTITION, 0L));
      setMaxPollRecords(4);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration wait) {
      synchronized (PastRuns.this) {
        updateEndOffsets(Map.of(PARTITION, (long) log.size()));
        log.subList(added, log.size()).forEach(this::addRecord);
        added = log.size();
      }
      return super.poll(wait);
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
      synchronized (PastRuns.this) {
        return Map.of(PARTITION, (long) log.size());
      }
    }
  }
}
