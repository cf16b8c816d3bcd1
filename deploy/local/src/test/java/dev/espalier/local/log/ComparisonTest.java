package dev.espalier.local.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.fold.RunFold;
import dev.espalier.importance.fold.Units;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.kafka.Topics;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunResumed;
import dev.espalier.training.v1.TrainingEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final int EPOCHS = 3;
  private static final int SNAPSHOTS = EPOCHS + 2;

  private final NavigableMap<Long, Place> history = new TreeMap<>();
  private final NavigableMap<Long, Place> newest = new TreeMap<>();
  private final Map<String, Place> units = new HashMap<>();
  private final Map<Place, byte[]> values = new HashMap<>();
  private List<TrainingEvent> log;
  private List<Outcome> outcomes;
  private Place ranking;

  @BeforeEach
  void publishesWhatTheFoldGives() {
    log = Events.run(EPOCHS, 1);
    outcomes = fold(log);
    publish(outcomes);
  }

  private void publish(List<Outcome> all) {
    for (Outcome outcome : all) {
      if (outcome instanceof Outcome.Folded folded && folded.snapshot().isPresent()) {
        ImportanceSnapshot snapshot = folded.snapshot().get();
        history.put(snapshot.getSequence(), place(Topics.IMPORTANCE, snapshot));
        newest.clear();
        newest.put(snapshot.getSequence(), place(Topics.SNAPSHOTS, snapshot));
        folded.units().forEach(u -> units.put(Units.key(u), place(Topics.UNITS, u)));
        folded.withdrawn().unitKeys().forEach(units::remove);
        ranking = folded.withdrawn().ranking() ? null : ranking;
        folded.ranking().ifPresent(r -> ranking = place(Topics.RANKINGS, r));
      }
    }
  }

  private static List<Outcome> fold(List<TrainingEvent> events) {
    RunFold fold = RunFold.fresh();
    List<Outcome> outcomes = new ArrayList<>();
    events.forEach(event -> outcomes.add(fold.fold(Events.RUN, event.toByteArray())));
    return outcomes;
  }

  private Place place(String topic, Message message) {
    byte[] value = message.toByteArray();
    Place place = Place.of(new ConsumerRecord<>(topic, 0, values.size(), new byte[0], value));
    values.put(place, value);
    return place;
  }

  private Compared compare(List<Outcome> folded) {
    Comparison comparison =
        new Comparison(
            new Published(history, newest, units, Optional.ofNullable(ranking), List.of()),
            place -> Optional.ofNullable(values.get(place)));
    folded.forEach(comparison::add);
    return comparison.finish();
  }

  private static Compared equal(int snapshots, int gone, int later, int ends) {
    return new Compared(snapshots, gone, later, 1, ends, ends, Optional.empty());
  }

  private Optional<Difference> difference() {
    return compare(outcomes).difference();
  }

  @Test
  void whatTheFoldGivesIsEqual() {
    assertEquals(equal(SNAPSHOTS, 0, 0, 1), compare(outcomes));
  }

  @Test
  void historyThatIsGoneIsCounted() {
    history.pollFirstEntry();
    history.pollFirstEntry();
    assertEquals(equal(SNAPSHOTS - 2, 2, 0, 1), compare(outcomes));
    history.clear();
    assertEquals(equal(0, SNAPSHOTS, 0, 1), compare(outcomes));
  }

  @Test
  void aServiceThatIsBehindIsComparedAsFarAsItGot() {
    history.pollLastEntry();
    newest.clear();
    newest.put(history.lastKey(), history.lastEntry().getValue());
    units.clear();
    ranking = null;
    assertEquals(equal(SNAPSHOTS - 1, 0, 1, 0), compare(outcomes));
  }

  @Test
  void aRunOfTheSameIdThatWasDeletedDoesNotCount() {
    List<TrainingEvent> twice = new ArrayList<>(Events.run(EPOCHS + 1, 2));
    twice.add(Events.deleted());
    twice.addAll(log);
    assertEquals(equal(SNAPSHOTS, 0, 0, 1), compare(fold(twice)));
  }

  /** Of a run that was stopped and went on, what came last counts, and nothing in between. */
  @Test
  void aRunThatWentOnIsComparedByWhatCameLast() {
    List<TrainingEvent> events = new ArrayList<>(log);
    int at = log.size() / 2;
    events.add(
        at,
        TrainingEvent.newBuilder()
            .setRunCompleted(RunCompleted.newBuilder().setModel("m").setStopped(true))
            .build());
    events.add(
        at + 1, TrainingEvent.newBuilder().setRunResumed(RunResumed.getDefaultInstance()).build());
    for (int i = 0; i < events.size(); i++) {
      events.set(i, events.get(i).toBuilder().setRunId(Events.RUN).setSequence(i).build());
    }
    history.clear();
    newest.clear();
    units.clear();
    ranking = null;
    publish(fold(events));
    assertEquals(equal(SNAPSHOTS + 2, 0, 0, 1), compare(fold(events)));

    history.clear();
    newest.clear();
    units.clear();
    ranking = null;
    List<Outcome> half = fold(events.subList(0, at + 2));
    publish(half);
    assertEquals(0, compare(half).rankings());
    assertEquals(Optional.empty(), compare(half).difference());
    ranking = place(Topics.RANKINGS, snapshot(newest.firstEntry().getValue()));
    assertEquals(
        Optional.of(Difference.extra(Topics.RANKINGS, "of the run")), compare(half).difference());
  }

  @Test
  void aSnapshotWithOneOtherBitDiffers() {
    long sequence = history.higherKey(0L);
    ImportanceSnapshot.Builder other = snapshot(history.get(sequence)).toBuilder();
    double importance = other.getGroups(1).getImportance();
    other.getGroupsBuilder(1).setImportance(Math.nextUp(importance));
    history.put(sequence, place(Topics.IMPORTANCE, other.build()));

    assertEquals(
        Optional.of(
            new Difference(
                Topics.IMPORTANCE,
                "sequence " + sequence,
                "groups[1].importance",
                Double.toString(importance),
                Double.toString(Math.nextUp(importance)))),
        difference());
  }

  @Test
  void aSnapshotMissingInTheMiddleDiffers() {
    long sequence = history.higherKey(0L);
    history.remove(sequence);
    assertEquals(
        Optional.of(Difference.missing(Topics.IMPORTANCE, "sequence " + sequence)), difference());
  }

  @Test
  void aSnapshotThatTheLogDoesNotGiveDiffers() {
    history.put(2L, history.firstEntry().getValue());
    assertEquals(Optional.of(Difference.extra(Topics.IMPORTANCE, "sequence 2")), difference());
  }

  @Test
  void anOldNewestSnapshotDiffers() {
    newest.clear();
    newest.put(0L, history.firstEntry().getValue());
    Difference difference = difference().orElseThrow();
    assertEquals(Topics.SNAPSHOTS, difference.topic());
    assertEquals("0", difference.published());
    newest.clear();
    assertEquals(
        Optional.of(Difference.missing(Topics.SNAPSHOTS, "sequence " + history.lastKey())),
        difference());
  }

  @Test
  void rankingAndUnitsAreComparedToo() {
    Place right = ranking;
    ranking = place(Topics.RANKINGS, snapshot(newest.firstEntry().getValue()));
    assertEquals(Topics.RANKINGS, difference().orElseThrow().topic());
    ranking = null;
    assertEquals(Optional.of(Difference.missing(Topics.RANKINGS, Events.RUN)), difference());
    ranking = right;
    Place unit = units.remove("run-1/a/0");
    assertEquals(Optional.of(Difference.missing(Topics.UNITS, "run-1/a/0")), difference());
    units.put("run-1/a/0", new Place(Topics.UNITS, 0, 0, ByteString.EMPTY));
    assertEquals(Optional.of(Difference.missing(Topics.UNITS, "run-1/a/0")), difference());
    units.put("run-1/a/0", unit);
    units.put("run-1/b/0", unit);
    assertEquals(Optional.of(Difference.extra(Topics.UNITS, "run-1/b/0")), difference());
  }

  private ImportanceSnapshot snapshot(Place place) {
    try {
      return ImportanceSnapshot.parseFrom(values.get(place));
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
