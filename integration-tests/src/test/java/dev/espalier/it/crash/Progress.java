package dev.espalier.it.crash;

import dev.espalier.kafka.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** How far the instances have come, by what the broker knows of them. */
final class Progress implements AutoCloseable {
  private static final String GROUP = "espalier-importance";
  private static final List<String> OUTPUTS =
      List.of(
          Topics.IMPORTANCE,
          Topics.SNAPSHOTS,
          Topics.RANKINGS,
          Topics.UNITS,
          Topics.deadLetters(Topics.TRAINING));

  private final Admin admin;
  private final Set<TopicPartition> log;

  Progress(String servers, int partitions) {
    admin =
        Admin.create(
            Map.of(
                "bootstrap.servers", servers,
                "request.timeout.ms", "2000",
                "default.api.timeout.ms", "5000",
                "reconnect.backoff.max.ms", "500"));
    log =
        IntStream.range(0, partitions)
            .mapToObj(p -> new TopicPartition(Topics.TRAINING, p))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Records of the log that are folded and committed; -1 where the broker does not say. */
  long folded() {
    try {
      return committed().values().stream().mapToLong(Long::longValue).sum();
    } catch (ExecutionException e) {
      return -1;
    }
  }

  /**
   * Whether all of the log is folded and no transaction is open, so that nothing more comes out.
   */
  boolean isAtRest() {
    try {
      Map<TopicPartition, Long> ends = ends(log, IsolationLevel.READ_UNCOMMITTED);
      Set<TopicPartition> outputs =
          OUTPUTS.stream()
              .map(topic -> new TopicPartition(topic, 0))
              .collect(Collectors.toUnmodifiableSet());
      return ends.equals(committed())
          && ends(outputs, IsolationLevel.READ_UNCOMMITTED)
              .equals(ends(outputs, IsolationLevel.READ_COMMITTED));
    } catch (ExecutionException e) {
      return false;
    }
  }

  /** The partitions of the log by the instance that folds them. */
  Map<String, Set<Integer>> owners() {
    try {
      Map<String, Set<Integer>> owners = new TreeMap<>();
      get(admin.describeConsumerGroups(List.of(GROUP)).describedGroups().get(GROUP))
          .members()
          .forEach(
              member ->
                  owners
                      .computeIfAbsent(
                          instance(member.groupInstanceId().orElse("?")), i -> new TreeSet<>())
                      .addAll(
                          member.assignment().topicPartitions().stream()
                              .filter(log::contains)
                              .map(TopicPartition::partition)
                              .toList()));
      return owners;
    } catch (ExecutionException e) {
      return Map.of();
    }
  }

  /** A stream thread's name is that of its instance and its number. */
  private static String instance(String thread) {
    return thread.replaceAll("-\\d+$", "");
  }

  private Map<TopicPartition, Long> committed() throws ExecutionException {
    Map<TopicPartition, Long> committed = new HashMap<>();
    Map<TopicPartition, OffsetAndMetadata> known =
        get(admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata());
    for (TopicPartition partition : log) {
      OffsetAndMetadata at = known.get(partition);
      committed.put(partition, at == null ? 0 : at.offset());
    }
    return committed;
  }

  private Map<TopicPartition, Long> ends(Set<TopicPartition> partitions, IsolationLevel level)
      throws ExecutionException {
    Map<TopicPartition, OffsetSpec> latest =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin.listOffsets(latest, new ListOffsetsOptions(level)).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private static <T> T get(KafkaFuture<T> answer) throws ExecutionException {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
