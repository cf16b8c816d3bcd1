package dev.espalier.importance.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.importance.fold.Footprint;
import dev.espalier.importance.fold.RunFold;
import dev.espalier.importance.v1.FoldState;
import dev.espalier.importance.v1.UnitState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The runs of one task. What they take is bounded: no new run is taken that would go beyond, and
 * none that is open is ever evicted. The sum depends on the stores' content alone, so a restored
 * store refuses as it would have.
 */
final class RunStore {
  /** Bytes that an entry takes beside key and state, roughly: tree node, arrays, headers. */
  static final int OVERHEAD = 128;

  private final WriteBehind<RunFold> runs;
  private final WriteBehind<UnitState> units;
  private final long mostBytes;
  private long bytes;

  /** A run at hand, and what it was counted with: 0 while it is not there. */
  static final class Run {
    private final String id;
    private final RunFold fold;
    private final long bytes;

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
   * @param runs their states, restored
   * @param units their stretches of units, restored
   * @param mostBytes that all runs may take together, each with {@link #OVERHEAD} and with all
   *     units that it declares
   */
  RunStore(WriteBehind<RunFold> runs, WriteBehind<UnitState> units, long mostBytes) {
    this.runs = runs;
    this.units = units;
    this.mostBytes = mostBytes;
    runs.forEachPacked((id, state) -> bytes += bytes(id, Footprint.of(parse(id).apply(state))));
  }

  /** The run, stored or fresh; to be put back after each change. */
  Run get(String id) {
    RunFold known =
        runs.get(id, state -> RunFold.restore(parse(id).apply(state), new StoredUnits(units, id)));
    return known == null
        ? new Run(id, RunFold.fresh(new StoredUnits(units, id)), 0)
        : new Run(id, known, bytes(id, known.bytes()));
  }

  /**
   * Stores the run; one that is not open is forgotten.
   *
   * @return false where the run is new and there is no room for it; it is not stored then
   */
  boolean put(Run run) {
    if (!run.fold.isOpen()) {
      if (run.bytes > 0) {
        runs.delete(run.id);
        bytes -= run.bytes;
      }
      return true;
    }
    long after = bytes(run.id, run.fold.bytes());
    if (run.bytes == 0 && bytes + after > mostBytes) {
      return false;
    }
    bytes += after - run.bytes;
    runs.put(run.id, run.fold);
    return true;
  }

  /** Why a run was not taken, and what to do. */
  String full(Run run) {
    return Limits.MOST_BYTES
        + " = "
        + mostBytes
        + ": the stored runs take "
        + bytes
        + " bytes and leave no room for the "
        + bytes(run.id, run.fold.bytes())
        + " of this one, end or delete runs that are open or raise the limit, then start this one"
        + " again";
  }

  /**
   * Forgets runs whose last event, by the trainer's clock, is older. One that published unit scores
   * stays until it is deleted: their keys are known here alone.
   */
  void forgetEnded(Instant before) {
    Map<String, FoldState> old = new LinkedHashMap<>();
    runs.forEachPacked(
        (id, packed) -> {
          FoldState state = parse(id).apply(packed);
          if (RunFold.isForgettable(state)
              && Instant.ofEpochSecond(state.getTime().getSeconds()).isBefore(before)) {
            old.put(id, state);
          }
        });
    old.forEach(
        (id, state) -> {
          runs.delete(id);
          bytes -= bytes(id, Footprint.of(state));
        });
  }

  /** Bytes of all runs now. */
  long bytes() {
    return bytes;
  }

  private static Function<byte[], FoldState> parse(String id) {
    return state -> {
      try {
        return FoldState.parseFrom(state);
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("stored state of run " + id + " is broken", e);
      }
    };
  }

  private static long bytes(String id, long state) {
    return OVERHEAD + id.length() + state;
  }
}
