package dev.espalier.it.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.espalier.importance.fold.Outcome;
import dev.espalier.it.crash.Strike.Victim;
import dev.espalier.kafka.Topics;
import dev.espalier.local.suite.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/**
 * Whatever is killed at whatever moment, what subscribers see is what one undisturbed fold of the
 * same log gives. The blows come from a seed, {@code -Despalier.crash.seed=}; when exactly they
 * fall on the processes the machine decides.
 */
class CrashIT {
  private static final long SEED = Long.getLong("espalier.crash.seed", 20260119);
  private static final Duration PACE = Duration.ofMillis(15);
  private static final int FEWEST_STEPS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(12);
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Test
  void whatIsPublishedIsTheUndisturbedFold() throws IOException {
    Recording recording = Recording.of("crash", 8, SEED);
    String seed =
        "seed " + SEED + ", -Despalier.crash.seed= sets it, logs are under target/crash: ";
    try (Cluster cluster = new Cluster("crash", 2, Map.of());
        Progress progress = new Progress(cluster.servers(), Topology.TRAINING_PARTITIONS);
        Feed feed = new Feed(cluster.servers(), recording.entries(), PACE)) {
      SortedSet<Long> reached = new TreeSet<>();
      List<Strike> strikes = Strike.from(SEED);
      for (int i = 0; i < strikes.size(); i++) {
        feed.allow((i + 1.0) / (strikes.size() + 1));
        if (strikes.get(i).afterProgress()) {
          long before = reached.isEmpty() ? 0 : reached.last();
          Waiting.within(PATIENCE, () -> progress.folded() > before);
        }
        reached.add(progress.folded());
        fall(strikes.get(i), cluster);
      }
      assertTrue(
          reached.size() > FEWEST_STEPS, seed + "the blows left no time to fold: " + reached);
      feed.finish(LIMIT);
      assertTrue(Waiting.within(LIMIT, progress::isAtRest), seed + "the log was not folded");

      List<ConsumerRecord<byte[], byte[]>> log = cluster.bus().all(Topics.TRAINING);
      assertEquals(sent(recording), arrived(log), seed + "the log is another than was sent");
      Undisturbed expected = new Undisturbed(log);
      assertEquals(
          EnumSet.complementOf(EnumSet.of(Outcome.Fault.NO_ROOM)), expected.faults().keySet());
      Published.outputs(cluster.bus())
          .differenceTo(expected.outputs())
          .ifPresent(
              difference -> {
                throw new AssertionError(seed + difference);
              });
    }
  }

  private static void fall(Strike strike, Cluster cluster) {
    LockSupport.parkNanos(strike.delay().toNanos());
    List<Node> victims = strike.victims().stream().map(v -> node(cluster, v)).toList();
    victims.forEach(Node::kill);
    LockSupport.parkNanos(strike.down().toNanos());
    victims.forEach(Node::start);
  }

  private static Node node(Cluster cluster, Victim victim) {
    return switch (victim) {
      case BROKER -> cluster.broker();
      case FIRST -> cluster.instance(0);
      case SECOND -> cluster.instance(1);
    };
  }

  private static Map<String, List<ByteString>> sent(Recording recording) {
    Map<String, List<ByteString>> sent = new HashMap<>();
    recording.entries().forEach(entry -> add(sent, entry.key(), entry.value()));
    return sent;
  }

  private static Map<String, List<ByteString>> arrived(List<ConsumerRecord<byte[], byte[]>> log) {
    Map<String, List<ByteString>> arrived = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : log) {
      add(arrived, record.key() == null ? null : new String(record.key(), UTF_8), record.value());
    }
    return arrived;
  }

  private static void add(Map<String, List<ByteString>> log, String key, byte[] value) {
    log.computeIfAbsent(key, k -> new ArrayList<>())
        .add(value == null ? ByteString.EMPTY : ByteString.copyFrom(value));
  }
}
