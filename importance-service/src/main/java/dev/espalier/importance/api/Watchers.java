package dev.espalier.importance.api;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who watches which run; bounded. Not safe for use by several threads. */
final class Watchers {
  private final int most;
  private final Map<String, Set<Watcher>> watchers = new HashMap<>();
  private int watching;

  /**
   * @param most streams at a time, at least 1
   */
  Watchers(int most) {
    this.most = Bounds.atLeastOne("mostWatchers", most);
  }

  /**
   * @throws TooManyWatchersException where the limit is reached
   */
  void add(String run, Watcher watcher) {
    if (watching == most) {
      throw new TooManyWatchersException(most);
    }
    watching++;
    watchers.computeIfAbsent(run, id -> new LinkedHashSet<>()).add(watcher);
  }

  void remove(String run, Watcher watcher) {
    Set<Watcher> those = watchers.get(run);
    if (those != null && those.remove(watcher)) {
      watching--;
      if (those.isEmpty()) {
        watchers.remove(run);
      }
    }
  }

  List<Watcher> of(String run) {
    return List.copyOf(watchers.getOrDefault(run, Set.of()));
  }

  boolean isWatched(String run) {
    return watchers.containsKey(run);
  }

  List<String> runs() {
    return List.copyOf(watchers.keySet());
  }

  int size() {
    return watching;
  }
}
