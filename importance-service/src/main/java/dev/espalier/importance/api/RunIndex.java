package dev.espalier.importance.api;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where each run's newest records stand. Bounded: the runs that were longest neither written nor
 * looked up are dropped first. Not safe for use by several threads.
 */
final class RunIndex {
  private final int mostRuns;
  private final Consumer<String> dropped;
  private final LinkedHashMap<String, Places> runs = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param mostRuns at least 1
   * @param dropped hears of each run that had to go
   */
  RunIndex(int mostRuns, Consumer<String> dropped) {
    this.mostRuns = Bounds.atLeastOne("mostIndexed", mostRuns);
    this.dropped = dropped;
  }

  Optional<Places> find(String run) {
    return Optional.ofNullable(runs.get(run));
  }

  /** Sets a run's places; none at all forget it. */
  void put(String run, Places places) {
    if (places.equals(Places.NONE)) {
      runs.remove(run);
      return;
    }
    runs.put(run, places);
    if (runs.size() > mostRuns) {
      String eldest = runs.sequencedKeySet().removeFirst();
      dropped.accept(eldest);
    }
  }

  int size() {
    return runs.size();
  }
}
