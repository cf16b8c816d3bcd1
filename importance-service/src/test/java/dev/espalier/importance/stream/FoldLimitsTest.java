package dev.espalier.importance.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.espalier.importance.fold.Logs;
import dev.espalier.importance.fold.RunFold;
import dev.espalier.importance.v1.UnitState;
import dev.espalier.kafka.DeadLetter;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.RunResumed;
import dev.espalier.training.v1.TrainingEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** What the fold keeps, refuses and forgets. */
class FoldLimitsTest extends FoldTestBase {
  @Test
  void limitsThatAreWrongAreNamed() {
    Duration week = Duration.ofDays(7);
    assertEquals(
        "espalier.importance.fold.max-bytes = 0: must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> new Limits(0, week)).getMessage());
    assertEquals(
        "espalier.importance.fold.keep-ended = PT0S: must be above 0",
        assertThrows(IllegalArgumentException.class, () -> new Limits(1, Duration.ZERO))
            .getMessage());
  }

  /** Those with unit scores stay: a deletion must know their keys. */
  @Test
  void endedRunsAreForgottenAfterAWhileAndOpenOnesNever() {
    Timestamp last = log.getLast().getTime();
    Instant lastEvent = Instant.ofEpochSecond(last.getSeconds());
    log.forEach(this::send);
    send(started("open").toBuilder().setTime(last).build());
    send(started("short").toBuilder().setTime(last).build());
    send(ended("short", 1).toBuilder().setTime(last).build());
    WriteBehind<RunFold> runs = store(FoldTopology.RUNS);
    RunStore view = new RunStore(runs, store(FoldTopology.UNITS), 64 << 20);

    view.forgetEnded(lastEvent);
    assertEquals(Set.of(RUN, "open", "short"), packed(runs));
    view.forgetEnded(lastEvent.plusSeconds(1));

    assertEquals(Set.of(RUN, "open"), packed(runs));
    assertEquals(new RunStore(runs, store(FoldTopology.UNITS), 64 << 20).bytes(), view.bytes());
  }

  @Test
  void theClockForgetsThem() {
    send(started("short").toBuilder().setTime(Timestamps.fromMillis(1)).build());
    send(ended("short", 1).toBuilder().setTime(Timestamps.fromMillis(1)).build());
    assertEquals(Set.of("short"), packed(store(FoldTopology.RUNS)));
    driver.advanceWallClockTime(Duration.ofMinutes(11));
    assertEquals(Set.of(), packed(store(FoldTopology.RUNS)));
  }

  private static Set<String> packed(WriteBehind<?> store) {
    Set<String> keys = new TreeSet<>();
    store.forEachPacked((key, value) -> keys.add(key));
    return keys;
  }

  @Test
  void runsThatFindNoRoomAreBuriedUntilOthersEnd() {
    driver.close();
    start(100_000);
    for (int i = 0; i < 5; i++) {
      send(started("run-" + i));
    }

    assertEquals(2, snapshots.readRecordsToList().size());
    List<TestRecord<byte[], byte[]>> letters = dead.readRecordsToList();
    assertEquals(3, letters.size());
    String reason = header(letters.getFirst(), DeadLetter.REASON);
    assertTrue(reason.startsWith("espalier.importance.fold.max-bytes = 100000: "), reason);
    assertTrue(reason.endsWith("or raise the limit, then start this one again"), reason);
    assertArrayEquals(started("run-2").toByteArray(), letters.getFirst().value());

    send(ended("run-0", 1));
    send(started("run-2"));
    send(started("run-3"));
    assertEquals(2, snapshots.readRecordsToList().size());
    assertEquals("run-3", new String(dead.readRecord().key(), UTF_8));
    assertTrue(dead.isEmpty());
  }

  /** A run that could go on gives that up where a new one needs the room, the oldest first. */
  @Test
  void endedRunsKeepWhatTheyNeedToGoOnWhileThereIsRoom() {
    driver.close();
    start(150_000);
    send(at("old", 100, started("old")));
    send(at("old", 101, ended("old", 1)));
    send(at("young", 200, started("young")));
    send(at("young", 201, ended("young", 1)));
    assertTrue(canGoOn("old"));
    send(at("new", 300, started("new")));
    send(at("newer", 301, started("newer")));

    assertFalse(canGoOn("old"));
    assertTrue(canGoOn("young"));
    assertTrue(dead.isEmpty());
    send(resumed("young", 2));
    assertTrue(dead.isEmpty());
    send(resumed("old", 2));
    assertEquals(
        "sequence = 2: the run ended with event 1", header(dead.readRecord(), DeadLetter.REASON));
    send(at("newest", 302, started("newest")));
    assertEquals("newest", new String(dead.readRecord().key(), UTF_8));
  }

  /** What unit scores they published must still be known, but not how to go on. */
  @Test
  void endedRunsGiveUpGoingOnAfterAWhile() {
    List<TrainingEvent> stopped = Logs.cutAcrossStretches(RUN).subList(0, 7);
    stopped.forEach(this::send);
    driver.advanceWallClockTime(Duration.ZERO);
    WriteBehind<RunFold> runs = store(FoldTopology.RUNS);
    RunStore view = new RunStore(runs, store(FoldTopology.UNITS), 64 << 20);
    assertTrue(canGoOn(RUN));
    view.forgetEnded(Instant.ofEpochSecond(stopped.getLast().getTime().getSeconds() + 1));
    assertFalse(canGoOn(RUN));
    assertEquals(List.of("run-1/g0/0"), view.get(RUN).fold().unitKeys());
    assertEquals(Set.of(), packed(store(FoldTopology.UNITS)));
    runs.flushCache();
    assertEquals(new RunStore(runs, store(FoldTopology.UNITS), 64 << 20).bytes(), view.bytes());
  }

  @Test
  void whatIsKeptOfAnOldRunIsNotWrittenAtEachCleaning() {
    log.forEach(this::send);
    driver.advanceWallClockTime(Duration.ZERO);
    WriteBehind<RunFold> runs = store(FoldTopology.RUNS);
    RunStore view = new RunStore(runs, store(FoldTopology.UNITS), 64 << 20);
    TestOutputTopic<byte[], byte[]> changes = output(changelog());
    assertFalse(changes.readRecordsToList().isEmpty());

    view.forgetEnded(Instant.ofEpochSecond(log.getLast().getTime().getSeconds() + 1));
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    runs.flushCache();

    assertEquals(Set.of(RUN), packed(runs));
    assertEquals(List.of(), changes.readRecordsToList());
  }

  private String changelog() {
    return driver.producedTopicNames().stream()
        .filter(name -> name.endsWith(FoldTopology.RUNS + "-changelog"))
        .findFirst()
        .orElseThrow();
  }

  private boolean canGoOn(String run) {
    WriteBehind<RunFold> runs = store(FoldTopology.RUNS);
    return RunFold.canGoOn(
        new RunStore(runs, store(FoldTopology.UNITS), 64 << 20).get(run).fold().state());
  }

  private static TrainingEvent at(String run, long seconds, TrainingEvent event) {
    return event.toBuilder()
        .setRunId(run)
        .setTime(Timestamp.newBuilder().setSeconds(seconds))
        .build();
  }

  private static TrainingEvent resumed(String run, long sequence) {
    return TrainingEvent.newBuilder()
        .setRunId(run)
        .setSequence(sequence)
        .setRunResumed(RunResumed.getDefaultInstance())
        .build();
  }

  @Test
  void restoredRunsCountAsBefore() {
    WriteBehind<RunFold> kept = store(FoldTopology.RUNS);
    WriteBehind<UnitState> units = store(FoldTopology.UNITS);
    RunStore before = new RunStore(kept, units, 100_000);
    assertTrue(before.put(opened(before, "run-0")));
    RunStore.Run ended = opened(before, "run-1");
    assertTrue(before.put(ended));
    assertFalse(before.put(opened(before, "run-2")));
    kept.flushCache();
    kept.clearCache();

    RunStore after = new RunStore(kept, units, 100_000);
    RunStore.Run refused = opened(after, "run-2");
    assertFalse(after.put(refused));
    assertEquals(before.full(refused), after.full(refused));
    ended = after.get("run-1");
    ended.fold().fold(ended("run-1", 1));
    assertTrue(after.put(ended));
    assertTrue(after.put(refused));
    assertFalse(after.put(opened(after, "run-3")));
    kept.flushCache();
    assertFalse(new RunStore(kept, units, 100_000).put(opened(after, "run-3")));
  }

  private static RunStore.Run opened(RunStore runs, String id) {
    RunStore.Run run = runs.get(id);
    run.fold().fold(started(id));
    return run;
  }

  private static TrainingEvent started(String run) {
    return TrainingEvent.newBuilder()
        .setRunId(run)
        .setRunStarted(
            Logs.start(new SplittableRandom(1), 2, 1, 1).putSettings("note", "x".repeat(40_000)))
        .build();
  }

  private static TrainingEvent ended(String run, long sequence) {
    return TrainingEvent.newBuilder()
        .setRunId(run)
        .setSequence(sequence)
        .setRunFailed(RunFailed.newBuilder().setReason("lost"))
        .build();
  }
}
