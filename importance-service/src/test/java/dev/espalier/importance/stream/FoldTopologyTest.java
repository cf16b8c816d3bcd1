package dev.espalier.importance.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.espalier.importance.fold.Logs;
import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.fold.RunFold;
import dev.espalier.importance.v1.DiagnosisKind;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitScores;
import dev.espalier.importance.v1.UnitState;
import dev.espalier.kafka.DeadLetter;
import dev.espalier.kafka.Topics;
import dev.espalier.training.v1.RunDeleted;
import dev.espalier.training.v1.TrainingEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

class FoldTopologyTest extends FoldTestBase {
  @Test
  void outputsAreThoseOfTheFold() throws Exception {
    RunFold fold = RunFold.fresh();
    List<Outcome.Folded> expected = new ArrayList<>();
    for (TrainingEvent event : log) {
      send(event);
      if (fold.fold(event) instanceof Outcome.Folded folded && folded.snapshot().isPresent()) {
        expected.add(folded);
      }
    }
    for (Outcome.Folded folded : expected) {
      TestRecord<byte[], byte[]> record = snapshots.readRecord();
      ImportanceSnapshot snapshot = ImportanceSnapshot.parseFrom(record.value());
      assertEquals(folded.snapshot().orElseThrow(), snapshot);
      assertEquals(RUN, new String(record.key(), UTF_8));
      assertEquals("espalier.importance.v1.ImportanceSnapshot", header(record, "ce_type"));
      assertEquals("/espalier/importance", header(record, "ce_source"));
      assertEquals(RUN + "/" + snapshot.getSequence(), header(record, "ce_id"));
      assertEquals("application/protobuf", header(record, "content-type"));
    }
    assertTrue(snapshots.isEmpty());
    TestRecord<byte[], byte[]> ranking = rankings.readRecord();
    assertEquals(expected.getLast().ranking().orElseThrow(), Ranking.parseFrom(ranking.value()));
    assertEquals(RUN + "/" + (log.size() - 1) + "/ranking", header(ranking, "ce_id"));
    assertFalse(expected.getLast().units().isEmpty());
    for (UnitScores scores : expected.getLast().units()) {
      TestRecord<byte[], byte[]> record = units.readRecord();
      assertEquals(scores, UnitScores.parseFrom(record.value()));
      assertEquals(
          RUN + "/" + scores.getEvidence().getGroupId() + "/0", new String(record.key(), UTF_8));
    }
    assertTrue(units.isEmpty());
    this.<UnitState>store(FoldTopology.UNITS)
        .forEachPacked((key, state) -> fail(key + " is not forgotten"));
    assertTrue(dead.isEmpty());
  }

  @Test
  void theNewestSnapshotsAreThoseOfTheHistory() throws Exception {
    TestOutputTopic<byte[], byte[]> newest = output(Topics.SNAPSHOTS);
    log.forEach(this::send);
    List<ImportanceSnapshot> history = parsed(snapshots);
    assertTrue(history.size() > 2);
    assertEquals(history, parsed(newest));
  }

  private static List<ImportanceSnapshot> parsed(TestOutputTopic<byte[], byte[]> topic)
      throws Exception {
    List<ImportanceSnapshot> all = new ArrayList<>();
    for (byte[] value : topic.readValuesToList()) {
      all.add(ImportanceSnapshot.parseFrom(value));
    }
    return all;
  }

  @Test
  void aDeletedRunLeavesTombstonesAndItsIdIsFree() throws Exception {
    TestOutputTopic<byte[], byte[]> newest = output(Topics.SNAPSHOTS);
    log.forEach(this::send);
    byte[] first = rankings.readValue();
    List<String> unitKeys = keys(units);
    keys(newest);

    TrainingEvent deleted =
        TrainingEvent.newBuilder()
            .setRunId(RUN)
            .setRunDeleted(RunDeleted.getDefaultInstance())
            .build();
    send(deleted);

    for (TestOutputTopic<byte[], byte[]> topic : List.of(newest, rankings)) {
      TestRecord<byte[], byte[]> tombstone = topic.readRecord();
      assertEquals(RUN, new String(tombstone.key(), UTF_8));
      assertNull(tombstone.value());
    }
    List<TestRecord<byte[], byte[]>> tombstones = units.readRecordsToList();
    assertEquals(unitKeys, tombstones.stream().map(t -> new String(t.key(), UTF_8)).toList());
    tombstones.forEach(t -> assertNull(t.value()));
    this.<RunFold>store(FoldTopology.RUNS)
        .forEachPacked((key, state) -> fail(key + " is not forgotten"));
    send(log.get(1));
    buried(
        "run_id = \"run-1\": is not known, its log must begin with run_started",
        log.size() + 1,
        log.get(1).toByteArray());

    log.forEach(this::send);
    assertArrayEquals(first, rankings.readValue());
    assertTrue(dead.isEmpty());
  }

  @Test
  void aDeletedRunThatGoesOnIsRefusedAndForgotten() {
    log.subList(0, log.size() / 2).forEach(this::send);
    send(
        TrainingEvent.newBuilder()
            .setRunId(RUN)
            .setRunDeleted(RunDeleted.getDefaultInstance())
            .build());
    for (String name : List.of(FoldTopology.RUNS, FoldTopology.UNITS)) {
      store(name).forEachPacked((key, state) -> fail(name + " still holds " + key));
    }
    log.subList(log.size() / 2, log.size()).forEach(this::send);
    assertEquals(log.size() - log.size() / 2, dead.readRecordsToList().size());
  }

  private static List<String> keys(TestOutputTopic<byte[], byte[]> topic) {
    return topic.readRecordsToList().stream().map(r -> new String(r.key(), UTF_8)).toList();
  }

  @Test
  void whatBecomesOfEventsIsCounted() {
    send(log.getFirst());
    send(log.get(1));
    send(log.get(1));
    send(log.get(4));
    assertEquals(3, folded.get());
    assertEquals(1, duplicates.get());
    assertEquals(2, missing.get());
    assertEquals(0, deletions.get());
  }

  @Test
  void poisonIsBuriedAndTheStreamGoesOn() throws Exception {
    TrainingEvent start = log.getFirst();
    int groups = start.getRunStarted().getGroupsCount();
    TrainingEvent bad =
        log.get(1).toBuilder()
            .setGradientSummary(
                Logs.summary(new SplittableRandom(1), groups, 0, 0)
                    .setMeanSquaredGradient(0, Double.NaN))
            .build();
    TrainingEvent wide =
        log.get(1).toBuilder()
            .setGradientSummary(Logs.summary(new SplittableRandom(1), groups + 1, 0, 0))
            .build();
    byte[] poison = {(byte) 0xff, 1, 2};
    send(start);

    send(RUN, poison);
    buried("value is no TrainingEvent: Protocol message tag had invalid wire type.", 1, poison);
    send(bad);
    buried("mean_squared_gradient[0] = NaN: must be from 0 to 1.0E100", 2, bad.toByteArray());
    send(wide);
    buried(
        "number of gradient_summary.count = "
            + (groups + 1)
            + ": must be "
            + groups
            + ", one a group",
        3,
        wide.toByteArray());
    send("run-2", log.get(1).toByteArray());
    buried("run_id = \"run-1\": must equal the record's key", 4, log.get(1).toByteArray());
    send(RUN, null);
    buried("value is not set", 5, null);
    send(null, log.get(1).toByteArray());
    buried("key is not set", 6, log.get(1).toByteArray());

    log.subList(1, log.size()).forEach(this::send);
    assertTrue(dead.isEmpty());
    assertEquals(6, deadLetters.get());
    Ranking ranking = Ranking.parseFrom(rankings.readValue());
    assertEquals(
        List.of(DiagnosisKind.DIAGNOSIS_KIND_NOT_FINITE),
        diagnosed.stream().filter(k -> k == DiagnosisKind.DIAGNOSIS_KIND_NOT_FINITE).toList());
    assertEquals(
        undisturbed().getDiagnosesList(),
        ranking.getDiagnosesList().stream()
            .filter(d -> d.getKind() != DiagnosisKind.DIAGNOSIS_KIND_NOT_FINITE)
            .toList());
    assertEquals(
        undisturbed().toBuilder().clearDiagnoses().build(),
        ranking.toBuilder().clearDiagnoses().build());
    List<byte[]> all = snapshots.readValuesToList();
    assertEquals(4, ImportanceSnapshot.parseFrom(all.getLast()).getRejectedEvents());
  }

  @Test
  void whatACutOrAResumptionOverrulesGetsATombstone() {
    List<TrainingEvent> cut = Logs.cutAcrossStretches("wide");
    Set<String> there = new TreeSet<>();
    int tombstones = 0;
    for (TrainingEvent event : cut) {
      send(event);
      for (TestRecord<byte[], byte[]> record : units.readRecordsToList()) {
        String key = new String(record.key(), UTF_8);
        if (record.value() == null) {
          tombstones++;
          assertTrue(there.remove(key), key);
        } else {
          there.add(key);
        }
      }
    }
    assertEquals(1, tombstones);
    assertEquals(Set.of("wide/g0/0"), there);
    List<TestRecord<byte[], byte[]>> its = rankings.readRecordsToList();
    assertEquals(List.of(false, true, false), its.stream().map(r -> r.value() == null).toList());

    send(
        TrainingEvent.newBuilder()
            .setRunId("wide")
            .setRunDeleted(RunDeleted.getDefaultInstance())
            .build());
    assertEquals("wide/g0/0", new String(units.readRecord().key(), UTF_8));
    assertTrue(dead.isEmpty());
  }

  private Ranking undisturbed() {
    RunFold fold = RunFold.fresh();
    Outcome last = log.stream().map(fold::fold).reduce((a, b) -> b).orElseThrow();
    return ((Outcome.Folded) last).ranking().orElseThrow();
  }

  @Test
  void runsDoNotMixWhileMoreAreOpenThanAreKeptUnpacked() throws Exception {
    List<List<TrainingEvent>> logs = new ArrayList<>();
    for (long seed = 0; seed < 100; seed++) {
      logs.add(Logs.rough("run-" + seed, seed));
    }
    for (int i = 0; i < logs.stream().mapToInt(List::size).max().orElseThrow(); i++) {
      for (List<TrainingEvent> one : logs) {
        if (i < one.size()) {
          send(one.get(i));
        }
      }
    }
    Map<String, List<Optional<Ranking>>> got = new TreeMap<>();
    int rankingsSeen = 0;
    for (TestRecord<byte[], byte[]> record : rankings.readRecordsToList()) {
      byte[] value = record.value();
      got.computeIfAbsent(new String(record.key(), UTF_8), run -> new ArrayList<>())
          .add(value == null ? Optional.empty() : Optional.of(Ranking.parseFrom(value)));
      rankingsSeen += value == null ? 0 : 1;
    }
    for (List<TrainingEvent> one : logs) {
      RunFold fold = RunFold.fresh();
      List<Optional<Ranking>> expected = new ArrayList<>();
      for (TrainingEvent event : one) {
        if (fold.fold(event) instanceof Outcome.Folded f
            && (f.ranking().isPresent() || f.withdrawn().ranking())) {
          expected.add(f.ranking());
        }
      }
      String run = one.getFirst().getRunId();
      assertEquals(expected, got.getOrDefault(run, List.of()), run);
    }
    assertTrue(rankingsSeen > 50);
    assertTrue(dead.isEmpty());
  }

  @Test
  void deadLetterKeepsForeignHeadersAndReplacesOldReasons() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("trace", new byte[] {1}).add(DeadLetter.REASON, "older".getBytes(UTF_8));
    events.pipeInput(new TestRecord<>(RUN.getBytes(UTF_8), new byte[] {0}, headers));
    TestRecord<byte[], byte[]> letter = dead.readRecord();
    assertArrayEquals(new byte[] {1}, letter.headers().lastHeader("trace").value());
    assertEquals(
        "value is no TrainingEvent: Protocol message contained an invalid tag (zero).",
        header(letter, DeadLetter.REASON));
    assertEquals(
        1,
        StreamSupport.stream(letter.headers().headers(DeadLetter.REASON).spliterator(), false)
            .count());
  }

  @Test
  void deadLetterTooLargeForTheBusLeavesItsValueBehind() {
    send(RUN, new byte[DeadLetter.LARGEST_COPY + 1]);
    TestRecord<byte[], byte[]> letter = dead.readRecord();
    assertNull(letter.value());
    assertTrue(header(letter, DeadLetter.REASON).endsWith("(too large to copy: 1000006 bytes)"));
  }
}
