package dev.espalier.importance.api;

/**
 * What is known of each run: its state as far as it is in memory, and where its records stand. Not
 * safe for use by several threads.
 */
final class KnownRuns {
  private final HeldRuns held;
  private final RunIndex index;
  private long version;

  /**
   * @param mostIndexed runs whose places are known, at least 1
   */
  KnownRuns(HeldRuns held, int mostIndexed) {
    this.held = held;
    this.index = new RunIndex(mostIndexed, held::remove);
  }

  /** What is in memory; touches the run. */
  RunState state(String run) {
    return held.get(run).orElse(RunState.NONE);
  }

  Places places(String run) {
    return index.find(run).orElse(Places.NONE);
  }

  /** Touches the run. */
  Lookup look(String run) {
    Places places = places(run);
    RunState state = state(run);
    if (places.equals(Places.NONE)) {
      return new Lookup.Unknown();
    }
    return places.allIn(state) ? new Lookup.Held(state) : new Lookup.Away(places);
  }

  /**
   * Sets what is known of a run; no places at all forget it.
   *
   * @return the state with the next version
   */
  RunState keep(String run, RunState state, Places places) {
    RunState versioned = state.version(++version);
    index.put(run, places);
    if (versioned.isEmpty()) {
      held.remove(run);
    } else {
      held.put(run, versioned);
    }
    return versioned;
  }

  HeldRuns held() {
    return held;
  }

  int size() {
    return index.size();
  }
}
