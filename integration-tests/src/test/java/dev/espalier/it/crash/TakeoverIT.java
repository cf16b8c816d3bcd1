package dev.espalier.it.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.it.crash.Recording.Entry;
import dev.espalier.kafka.Topics;
import dev.espalier.local.suite.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two instances share the runs, either answers for all, and one does for both while it must. */
class TakeoverIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String FIRST = "importance-0";
  private static final String SECOND = "importance-1";

  /** The broker takes no shorter one. */
  private static final Map<String, String> SHORT_SESSION =
      Map.of("KAFKA_STREAMS_CONSUMER_SESSION_TIMEOUT_MS", "6000");

  private static Cluster cluster;
  private static Progress progress;

  @BeforeAll
  static void start() throws IOException {
    cluster = new Cluster("takeover", 2, SHORT_SESSION);
    progress = new Progress(cluster.servers(), Topology.TRAINING_PARTITIONS);
  }

  @AfterAll
  static void stop() {
    progress.close();
    cluster.close();
  }

  @Test
  void oneFoldsForBothWhileTheOtherIsDeadAndEitherAnswersForAll() throws Exception {
    Recording recording = Recording.of("takeover", 8, 7);
    awaitTrue("both fold", () -> folds(FIRST) && folds(SECOND));
    send(recording.between(0, 0.3));
    awaitAtRest();
    eitherAnswersForAll();

    try (Questions first = new Questions(cluster.instance(0))) {
      CompletableFuture<ImportanceSnapshot> mine = first.last(runOf(FIRST));
      CompletableFuture<ImportanceSnapshot> others = first.last(runOf(SECOND));
      cluster.instance(1).kill();
      send(recording.between(0.3, 0.6));
      awaitTrue("one takes over", () -> progress.owners().equals(Map.of(FIRST, allPartitions())));
      awaitAtRest();
      answersForAll(cluster.instance(0), undisturbed());

      cluster.instance(1).start();
      cluster.instance(1).awaitReady();
      awaitTrue("both fold again", () -> folds(FIRST) && folds(SECOND));
      send(recording.between(0.6, 1));
      awaitAtRest();
      eitherAnswersForAll();
      for (CompletableFuture<ImportanceSnapshot> watched : List.of(mine, others)) {
        ImportanceSnapshot last = watched.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertEquals(undisturbed().newest(Topics.SNAPSHOTS, last.getRunId()), last.toByteString());
      }
    }
    Optional<String> difference = Published.outputs(cluster.bus()).differenceTo(undisturbed());
    assertEquals(Optional.empty(), difference);
  }

  private static boolean folds(String instance) {
    return !progress.owners().getOrDefault(instance, Set.of()).isEmpty();
  }

  private static Set<Integer> allPartitions() {
    return Set.of(0, 1, 2, 3);
  }

  /** A run that the instance folds and that is not deleted on its way. */
  private static String runOf(String instance) {
    Set<Integer> partitions = progress.owners().get(instance);
    Map<String, Integer> runs = new TreeMap<>();
    cluster.bus().all(Topics.TRAINING).stream()
        .filter(record -> record.key() != null)
        .forEach(record -> runs.put(new String(record.key(), UTF_8), record.partition()));
    return undisturbed().keys(Topics.SNAPSHOTS).stream()
        .filter(run -> partitions.contains(runs.get(run)))
        .filter(run -> Integer.parseInt(run.substring(run.length() - 1)) % 4 != 3)
        .findFirst()
        .orElseThrow();
  }

  private static void send(List<Entry> entries) {
    try (Feed feed = new Feed(cluster.servers(), entries, Duration.ZERO)) {
      feed.finish(LIMIT);
    }
  }

  private static Outputs undisturbed() {
    return new Undisturbed(cluster.bus().all(Topics.TRAINING)).outputs();
  }

  private static void eitherAnswersForAll() {
    Outputs expected = undisturbed();
    cluster.instances().forEach(instance -> answersForAll(instance, expected));
  }

  private static void answersForAll(Node instance, Outputs expected) {
    try (Questions questions = new Questions(instance)) {
      for (String run : expected.keys(Topics.SNAPSHOTS)) {
        ByteString newest = expected.newest(Topics.SNAPSHOTS, run);
        awaitTrue(
            instance + " knows the newest snapshot of " + run,
            () ->
                questions
                    .importance(run)
                    .map(MessageLite::toByteString)
                    .equals(Optional.of(newest)));
      }
      for (String run : expected.keys(Topics.RANKINGS)) {
        ByteString newest = expected.newest(Topics.RANKINGS, run);
        awaitTrue(
            instance + " knows the ranking of " + run,
            () ->
                questions.ranking(run).map(MessageLite::toByteString).equals(Optional.of(newest)));
      }
    }
  }

  private static void awaitAtRest() {
    awaitTrue("the log is folded", progress::isAtRest);
  }

  private static void awaitTrue(String what, BooleanSupplier condition) {
    assertTrue(Waiting.within(LIMIT, condition), what);
  }
}
