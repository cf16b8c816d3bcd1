package dev.espalier.importance.stream;

import dev.espalier.importance.fold.RunFold;
import dev.espalier.importance.v1.UnitState;
import dev.espalier.kafka.Topics;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * One ordered log a run in; snapshots, rankings and dead letters out. The state of each run lies in
 * an in-memory store with a changelog, that of its units in another, stretch by stretch.
 */
public final class FoldTopology {
  static final String RUNS = "runs";
  static final String UNITS = "units";
  static final String HISTORY = "history";
  static final String SNAPSHOTS = "snapshots";
  static final String RANKINGS = "rankings";
  static final String UNIT_SCORES = "unit-scores";
  static final String DEAD_LETTERS = "dead-letters";

  /** Bytes of a task's runs that stay unpacked between commits. */
  private static final long MOST_UNPACKED_RUNS = 8 << 20;

  /** Bytes of a task's stretches of units that do. */
  private static final long MOST_UNPACKED_UNITS = 4 << 20;

  private static final String EVENTS = "events";
  private static final String FOLD = "fold";

  private FoldTopology() {}

  /**
   * @param listener hears of dead letters and diagnoses
   * @param traces shows folds that gave a snapshot
   * @param limits of what is kept
   */
  static Topology of(FoldListener listener, FoldTraces traces, Limits limits) {
    Topology topology = new Topology();
    topology.addSource(
        AutoOffsetReset.earliest(),
        EVENTS,
        (record, partitionTime) -> Math.max(0, record.timestamp()),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        Topics.TRAINING);
    topology.addProcessor(FOLD, () -> new FoldProcessor(listener, traces, limits), EVENTS);
    topology.addStateStore(
        new WriteBehindBuilder<RunFold>(
            RUNS, run -> run.state().toByteArray(), RunFold::bytes, MOST_UNPACKED_RUNS),
        FOLD);
    topology.addStateStore(
        new WriteBehindBuilder<UnitState>(
            UNITS, UnitState::toByteArray, UnitState::getSerializedSize, MOST_UNPACKED_UNITS),
        FOLD);
    sink(topology, HISTORY, Topics.IMPORTANCE);
    sink(topology, SNAPSHOTS, Topics.SNAPSHOTS);
    sink(topology, RANKINGS, Topics.RANKINGS);
    sink(topology, UNIT_SCORES, Topics.UNITS);
    sink(topology, DEAD_LETTERS, Topics.deadLetters(Topics.TRAINING));
    return topology;
  }

  private static void sink(Topology topology, String name, String topic) {
    topology.addSink(name, topic, new ByteArraySerializer(), new ByteArraySerializer(), FOLD);
  }
}
