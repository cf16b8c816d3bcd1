package dev.espalier.importance.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.importance.fold.Footprint;
import dev.espalier.importance.fold.RunFold;
import dev.espalier.importance.v1.FoldState;
import dev.espalier.importance.v1.UnitState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The runs of one task. What they take is bounded: no new run is taken that would go beyond, and
 * none that trains is ever evicted. Of those that were stopped or failed, the ones that ended
 * longest ago give up what they would need to go on where a new run finds no room. Sum and order
 * depend on the stores' content alone, so a restored store refuses as it would have.
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
    if (run.bytes == 0 && !makeRoom(bytes + after - mostBytes)) {
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
   * Forgets runs whose last event, by the trainer's clock, is older. Of one that published unit
   * scores the keys stay until it is deleted: they are known here alone.
   */
  void forgetEnded(Instant before) {
    List<FoldState> old =
        states(state -> RunFold.hasEnded(state) && state.hasTime() && end(state).isBefore(before));
    for (FoldState state : old) {
      Run run = get(state.getRunId());
      long freed = RunFold.canGoOn(state) ? giveUp(run) : 0;
      if (run.fold.unitKeys().isEmpty()) {
        runs.delete(run.id);
        bytes -= run.bytes - freed;
      }
    }
  }

  /**
   * @param needed bytes; none where negative
   * @return whether they are free; where they cannot be, nothing is given up
   */
  private boolean makeRoom(long needed) {
    if (needed <= 0) {
      return true;
    }
    List<FoldState> ended = new ArrayList<>(states(RunFold::canGoOn));
    ended.sort(Comparator.comparing(RunStore::end).thenComparing(FoldState::getRunId));
    long free = 0;
    int victims = 0;
    while (free < needed && victims < ended.size()) {
      FoldState state = ended.get(victims++);
      free += Footprint.of(state) - Footprint.ofShrunk(state);
    }
    if (free < needed) {
      return false;
    }
    ended.subList(0, victims).forEach(state -> giveUp(get(state.getRunId())));
    return true;
  }

  /** Bytes that were freed. */
  private long giveUp(Run run) {
    run.fold.giveUp();
    long freed = run.bytes - bytes(run.id, run.fold.bytes());
    bytes -= freed;
    runs.put(run.id, run.fold);
    return freed;
  }

  private List<FoldState> states(Predicate<FoldState> wanted) {
    runs.flushCache();
    List<FoldState> found = new ArrayList<>();
    runs.forEachPacked(
        (id, packed) -> {
          FoldState state = parse(id).apply(packed);
          if (wanted.test(state)) {
            found.add(state);
          }
        });
    return found;
  }

  private static Instant end(FoldState state) {
    return Instant.ofEpochSecond(state.getTime().getSeconds(), state.getTime().getNanos());
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
