package dev.espalier.importance.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.importance.fold.RunFold;
import dev.espalier.importance.fold.UnitMemory;
import dev.espalier.importance.v1.FoldState;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The runs of one task: packed in the store, and those used last unpacked beside it. What the
 * stored runs take is bounded: no new run is taken that would go beyond, nothing is ever evicted.
 * The sum depends on the store's content alone, so a restored store refuses as it would have.
 */
final class RunStore {
  /** Bytes that an entry takes beside key and state, roughly: tree node, arrays, headers. */
  static final int OVERHEAD = 128;

  private static final int MOST_UNPACKED = 64;
  private static final long MOST_UNPACKED_BYTES = 1 << 20;

  private final KeyValueStore<String, byte[]> store;
  private final KeyValueStore<String, byte[]> units;
  private final long mostBytes;
  private final LinkedHashMap<String, Run> unpacked = new LinkedHashMap<>(16, 0.75f, true);
  private long unpackedBytes;
  private long bytes;

  /** A run at hand, and what it takes in the stores: 0 while it is not there. */
  static final class Run {
    private final String id;
    private final RunFold fold;
    private long bytes;

    private Run(String id, RunFold fold, long bytes) {
      this.id = id;
      this.fold = fold;
      this.bytes = bytes;
    }

    RunFold fold() {
      return fold;
    }
  }

  /**
   * @param store of the runs' states, restored
   * @param units of their stretches of units, restored
   * @param mostBytes that all stored runs may take together, each with {@link #OVERHEAD} and with
   *     all units that it declares
   */
  RunStore(
      KeyValueStore<String, byte[]> store, KeyValueStore<String, byte[]> units, long mostBytes) {
    this.store = store;
    this.units = units;
    this.mostBytes = mostBytes;
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        bytes += bytes(entry.key, entry.value) + RunFold.unitBytes(parse(entry.key, entry.value));
      }
    }
  }

  /** The run, stored or fresh; to be put back after each change. */
  Run get(String id) {
    Run known = unpacked.get(id);
    if (known != null) {
      return known;
    }
    byte[] state = store.get(id);
    if (state == null) {
      return new Run(id, RunFold.fresh(memory(id)), 0);
    }
    FoldState parsed = parse(id, state);
    return new Run(
        id, RunFold.restore(parsed, memory(id)), bytes(id, state) + RunFold.unitBytes(parsed));
  }

  /**
   * Stores the run; one that is not open has nothing to store.
   *
   * @return false where the run is new and there is no room for it; it is not stored then
   */
  boolean put(Run run) {
    if (!run.fold.isOpen()) {
      return true;
    }
    FoldState kept = run.fold.state();
    byte[] state = kept.toByteArray();
    long after = bytes(run.id, state) + RunFold.unitBytes(kept);
    if (run.bytes == 0 && bytes + after > mostBytes) {
      return false;
    }
    bytes += after - run.bytes;
    unpackedBytes += after - (unpacked.put(run.id, run) == null ? 0 : run.bytes);
    run.bytes = after;
    store.put(run.id, state);
    packOldest();
    return true;
  }

  /** Why a run was not taken, and what to do. */
  String full(Run run) {
    FoldState state = run.fold.state();
    return FoldTopology.MOST_BYTES
        + " = "
        + mostBytes
        + ": the stored runs take "
        + bytes
        + " bytes and leave no room for the "
        + (bytes(run.id, state.toByteArray()) + RunFold.unitBytes(state))
        + " of this one, end runs that are open (run_completed or run_failed) or raise the limit,"
        + " then start this one again";
  }

  private void packOldest() {
    Iterator<Run> oldest = unpacked.values().iterator();
    while (unpacked.size() > MOST_UNPACKED
        || unpacked.size() > 1 && unpackedBytes > MOST_UNPACKED_BYTES) {
      unpackedBytes -= oldest.next().bytes;
      oldest.remove();
    }
  }

  private UnitMemory memory(String id) {
    return new StoredUnits(units, id);
  }

  private static FoldState parse(String id, byte[] state) {
    try {
      return FoldState.parseFrom(state);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("stored state of run " + id + " is broken", e);
    }
  }

  private static long bytes(String id, byte[] state) {
    return OVERHEAD + id.getBytes(UTF_8).length + state.length;
  }
}
