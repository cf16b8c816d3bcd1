package dev.espalier.importance.api;

import dev.espalier.importance.history.Place;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The newest snapshot and the ranking of each run, in memory or by its place on the bus, and who
 * watches them. Safe for use by several threads; no watcher is called while the view is locked.
 */
final class RunView {
  private final KnownRuns known;
  private final Watchers watchers;
  private volatile Consumer<String> away = run -> {};
  private boolean loaded;

  RunView(KnownRuns known, Watchers watchers) {
    this.known = known;
    this.watchers = watchers;
  }

  /**
   * @param away hears of runs that are watched and have left memory; what it finds goes to {@link
   *     #restore}, a failure to {@link #fail}
   */
  void onAway(Consumer<String> away) {
    this.away = away;
  }

  /** Takes a run's next snapshot, and where it stands. */
  void put(ImportanceSnapshot snapshot, String traceParent, Place place) {
    change(
        snapshot.getRunId(),
        state -> state.with(snapshot, traceParent),
        places -> places.withSnapshot(Optional.of(place)));
  }

  /** Takes a run's ranking, and where it stands. */
  void put(Ranking ranking, Place place) {
    change(
        ranking.getRunId(),
        state -> state.with(ranking),
        places -> places.withRanking(Optional.of(place)));
  }

  /** Forgets a run's snapshot; its watchers end with {@link RunDeletedException}. */
  void forgetSnapshot(String run) {
    List<Watcher> told;
    synchronized (this) {
      Places places = known.places(run);
      known.keep(run, known.state(run).withoutSnapshot(), places.withSnapshot(Optional.empty()));
      told = loaded && places.snapshot().isPresent() ? watchers.of(run) : List.of();
    }
    told.forEach(watcher -> watcher.fail(new RunDeletedException()));
  }

  /** Forgets a run's ranking. */
  synchronized void forgetRanking(String run) {
    known.keep(
        run, known.state(run).withoutRanking(), known.places(run).withRanking(Optional.empty()));
  }

  /**
   * From here on the view knows all that was published before it began, and watchers hear of it.
   */
  void loaded() {
    List<String> watched;
    synchronized (this) {
      if (loaded) {
        return;
      }
      loaded = true;
      watched = watchers.runs();
    }
    watched.forEach(run -> tell(run, watchersOf(run)));
  }

  /** Whether {@link #loaded()} was called. */
  synchronized boolean isLoaded() {
    return loaded;
  }

  /** What is known of a run; touches it. */
  synchronized Lookup look(String run) {
    return known.look(run);
  }

  /** Whether the view is loaded and knows of the run, but of no snapshot. */
  synchronized boolean lacksSnapshot(String run) {
    Places places = known.places(run);
    return loaded && places.ranking().isPresent() && places.snapshot().isEmpty();
  }

  /**
   * Takes back what had left memory; what is not there any more is forgotten.
   *
   * @param read where it was read
   * @param found what was read there; its version does not matter
   * @return the run's state; empty where nothing is left of it or the run has changed since
   */
  Optional<RunState> restore(String run, Places read, RunState found) {
    List<Watcher> told;
    RunState state;
    synchronized (this) {
      if (!known.places(run).equals(read)) {
        return Optional.empty();
      }
      state = known.keep(run, found, read.in(found));
      told = loaded ? watchers.of(run) : List.of();
    }
    if (state.isEmpty()) {
      return Optional.empty();
    }
    told.forEach(watcher -> watcher.tell(state));
    return Optional.of(state);
  }

  /** Ends the streams of a run that have heard nothing yet. */
  void fail(String run, Throwable reason) {
    watchersOf(run).stream().filter(Watcher::waits).forEach(watcher -> watcher.fail(reason));
  }

  /**
   * The newest state now, if there is one, and after each change; a slow reader misses what was
   * overtaken. A view that is not loaded yet is waited for.
   *
   * @param kind makes the watcher
   * @return fails with {@link TooManyWatchersException} where the limit is reached
   */
  Multi<RunState> watch(String run, Function<MultiEmitter<? super RunState>, Watcher> kind) {
    return Multi.createFrom()
        .emitter(
            emitter -> {
              Watcher watcher = kind.apply(emitter);
              register(run, watcher);
              emitter.onTermination(() -> remove(run, watcher));
              tell(run, List.of(watcher));
            },
            BackPressureStrategy.LATEST);
  }

  /**
   * Counts the watcher until it is removed.
   *
   * @throws TooManyWatchersException where the limit is reached
   */
  synchronized void register(String run, Watcher watcher) {
    watchers.add(run, watcher);
  }

  synchronized void remove(String run, Watcher watcher) {
    watchers.remove(run, watcher);
  }

  /**
   * Lets a watcher hear of the run from here on, unless the view is ahead of it.
   *
   * @param after sequence number of the snapshot that the watcher has; -1 for none
   * @param anyway also where the view is ahead
   * @return whether it does now
   */
  boolean join(String run, Watcher watcher, long after, boolean anyway) {
    synchronized (this) {
      if (!loaded || !anyway && known.state(run).sequence() > after) {
        return false;
      }
      watcher.listen(after);
    }
    tell(run, List.of(watcher));
    return true;
  }

  /** Lets go of finished runs that were long not touched. */
  synchronized void expire() {
    known.held().expire(watchers::isWatched);
  }

  /** Streams open now. */
  synchronized int watching() {
    return watchers.size();
  }

  /** Runs in memory. */
  synchronized int runs() {
    return known.held().size();
  }

  /** Bytes of their messages on the wire. */
  synchronized long bytes() {
    return known.held().bytes();
  }

  /** Runs whose places are known. */
  synchronized int indexed() {
    return known.size();
  }

  private void change(String run, UnaryOperator<RunState> state, UnaryOperator<Places> places) {
    List<Watcher> told;
    RunState after;
    synchronized (this) {
      after = known.keep(run, state.apply(known.state(run)), places.apply(known.places(run)));
      told = loaded ? watchers.of(run) : List.of();
    }
    told.forEach(watcher -> watcher.tell(after));
  }

  private void tell(String run, List<Watcher> those) {
    RunState state;
    boolean gone;
    synchronized (this) {
      if (!loaded) {
        return;
      }
      state = known.state(run);
      gone = !known.places(run).allIn(state);
    }
    if (!state.isEmpty()) {
      those.forEach(watcher -> watcher.tell(state));
    }
    if (gone) {
      away.accept(run);
    }
  }

  private synchronized List<Watcher> watchersOf(String run) {
    return watchers.of(run);
  }
}
