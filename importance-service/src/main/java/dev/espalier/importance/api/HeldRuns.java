package dev.espalier.importance.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The states that are in memory. Bounded: the runs that were longest neither written nor read go
 * first, finished ones after a set time too. Not safe for use by several threads.
 */
final class HeldRuns {
  private final int mostRuns;
  private final long mostBytes;
  private final long keepNanos;
  private final LongSupplier nanos;
  private final LinkedHashMap<String, Held> runs = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  private record Held(RunState state, long touched) {}

  /**
   * @param mostRuns at least 1
   * @param mostBytes size of their messages on the wire, at least 1; the newest run is held anyway
   * @param keep how long a finished run stays untouched, above 0
   * @param nanos a clock that only goes forward, in nanoseconds
   */
  HeldRuns(int mostRuns, long mostBytes, Duration keep, LongSupplier nanos) {
    this.mostRuns = Bounds.atLeastOne("mostRuns", mostRuns);
    this.mostBytes = Bounds.atLeastOne("mostBytes", mostBytes);
    this.keepNanos = Bounds.atLeastOne("keep", keep.toNanos());
    this.nanos = nanos;
  }

  /** The run's state; touches it. */
  Optional<RunState> get(String run) {
    Held held = runs.computeIfPresent(run, (id, was) -> new Held(was.state, nanos.getAsLong()));
    return Optional.ofNullable(held).map(Held::state);
  }

  void put(String run, RunState state) {
    remove(run);
    runs.put(run, new Held(state, nanos.getAsLong()));
    bytes += state.bytes();
    Iterator<Held> oldest = runs.values().iterator();
    while (runs.size() > 1 && (runs.size() > mostRuns || bytes > mostBytes)) {
      bytes -= oldest.next().state.bytes();
      oldest.remove();
    }
  }

  void remove(String run) {
    Held held = runs.remove(run);
    if (held != null) {
      bytes -= held.state.bytes();
    }
  }

  /**
   * Drops the finished runs whose time is over.
   *
   * @param watched runs that count as touched
   */
  void expire(Predicate<String> watched) {
    long now = nanos.getAsLong();
    List<String> inUse = new ArrayList<>();
    for (Iterator<Map.Entry<String, Held>> all = runs.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<String, Held> entry = all.next();
      Held held = entry.getValue();
      if (now - held.touched < keepNanos) {
        break;
      }
      if (watched.test(entry.getKey())) {
        inUse.add(entry.getKey());
      } else if (held.state.finished()) {
        bytes -= held.state.bytes();
        all.remove();
      }
    }
    inUse.forEach(this::get);
  }

  int size() {
    return runs.size();
  }

  long bytes() {
    return bytes;
  }
}
