package dev.espalier.importance.api;

import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The newest snapshot and the ranking of each run, in memory, and who watches them. Bounded: the
 * runs that were longest neither written nor read go first. Safe for use by several threads; no
 * watcher is called while the view is locked.
 */
final class RunView {
  private final int mostRuns;
  private final long mostBytes;
  private final int mostWatchers;
  private final LinkedHashMap<String, RunState> runs = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, Set<Watcher>> watchers = new HashMap<>();
  private boolean loaded;
  private long version;
  private long bytes;
  private int watching;

  /**
   * @param mostRuns runs held, at least 1
   * @param mostBytes their messages' size on the wire, at least 1
   * @param mostWatchers streams open at a time, at least 1
   */
  RunView(int mostRuns, long mostBytes, int mostWatchers) {
    this.mostRuns = atLeastOne("mostRuns", mostRuns);
    this.mostBytes = atLeastOne("mostBytes", mostBytes);
    this.mostWatchers = atLeastOne("mostWatchers", mostWatchers);
  }

  /** Takes a run's next snapshot. */
  void put(ImportanceSnapshot snapshot) {
    change(snapshot.getRunId(), Optional.of(snapshot), Optional.empty());
  }

  /** Takes a run's ranking. */
  void put(Ranking ranking) {
    change(ranking.getRunId(), Optional.empty(), Optional.of(ranking));
  }

  /**
   * From here on the view knows all that was published before it began, and watchers hear of it.
   */
  void loaded() {
    Map<Watcher, RunState> told = new HashMap<>();
    synchronized (this) {
      if (loaded) {
        return;
      }
      loaded = true;
      watchers.forEach(
          (run, those) -> {
            RunState state = runs.get(run);
            if (state != null) {
              those.forEach(watcher -> told.put(watcher, state));
            }
          });
    }
    told.forEach(Watcher::tell);
  }

  /** Whether {@link #loaded()} was called. */
  synchronized boolean isLoaded() {
    return loaded;
  }

  synchronized Optional<RunState> find(String run) {
    return Optional.ofNullable(runs.get(run));
  }

  /** Streams open now. */
  synchronized int watching() {
    return watching;
  }

  /**
   * The newest state now, if there is one, and after each change; a slow reader misses what was
   * overtaken. A view that is not loaded yet is waited for.
   *
   * @param last the first state for which it holds ends the stream
   * @return fails with {@link TooManyWatchersException} where the limit is reached
   */
  Multi<RunState> watch(String run, Predicate<RunState> last) {
    return Multi.createFrom()
        .emitter(
            emitter -> {
              Watcher watcher = new Watcher(emitter, last);
              if (!register(run, watcher)) {
                emitter.fail(new TooManyWatchersException(mostWatchers));
                return;
              }
              emitter.onTermination(() -> remove(run, watcher));
              current(run).ifPresent(watcher::tell);
            },
            BackPressureStrategy.LATEST);
  }

  private void change(
      String run, Optional<ImportanceSnapshot> snapshot, Optional<Ranking> ranking) {
    List<Watcher> told;
    RunState state;
    synchronized (this) {
      RunState before = runs.remove(run);
      if (before != null) {
        bytes -= before.bytes();
        snapshot = snapshot.or(before::snapshot);
        ranking = ranking.or(before::ranking);
      }
      state = new RunState(++version, snapshot, ranking);
      runs.put(run, state);
      bytes += state.bytes();
      forgetOldest();
      told = loaded ? new ArrayList<>(watchers.getOrDefault(run, Set.of())) : List.of();
    }
    told.forEach(watcher -> watcher.tell(state));
  }

  private void forgetOldest() {
    Iterator<RunState> oldest = runs.values().iterator();
    while (runs.size() > 1 && (runs.size() > mostRuns || bytes > mostBytes)) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  private synchronized boolean register(String run, Watcher watcher) {
    if (watching == mostWatchers) {
      return false;
    }
    watching++;
    watchers.computeIfAbsent(run, id -> new LinkedHashSet<>()).add(watcher);
    return true;
  }

  private synchronized void remove(String run, Watcher watcher) {
    Set<Watcher> those = watchers.get(run);
    if (those != null && those.remove(watcher)) {
      watching--;
      if (those.isEmpty()) {
        watchers.remove(run);
      }
    }
  }

  private synchronized Optional<RunState> current(String run) {
    return loaded ? Optional.ofNullable(runs.get(run)) : Optional.empty();
  }

  private static <N extends Number> N atLeastOne(String name, N value) {
    if (value.longValue() < 1) {
      throw new IllegalArgumentException(name + " = " + value + ": must be at least 1");
    }
    return value;
  }
}
