package dev.espalier.importance.api;

import io.smallrye.mutiny.subscription.MultiEmitter;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** One stream of a run's states; hands on none that is not newer than the one before. */
final class Watcher {
  private final MultiEmitter<? super RunState> emitter;
  private final ToLongFunction<RunState> position;
  private final Predicate<RunState> last;
  private long reached;
  private long version;
  private volatile boolean listening;

  private Watcher(
      MultiEmitter<? super RunState> emitter,
      ToLongFunction<RunState> position,
      Predicate<RunState> last,
      long reached,
      boolean listening) {
    this.emitter = emitter;
    this.position = position;
    this.last = last;
    this.reached = reached;
    this.listening = listening;
  }

  /**
   * Of the snapshots; the end of the run ends the stream.
   *
   * @param after sequence number of the last snapshot not wanted any more; -1 for all
   */
  static Watcher ofSnapshots(MultiEmitter<? super RunState> emitter, long after) {
    return new Watcher(emitter, RunState::sequence, RunState::ended, after, true);
  }

  /** Of the snapshots, deaf until {@link #listen}. */
  static Watcher ofLaterSnapshots(MultiEmitter<? super RunState> emitter) {
    return new Watcher(emitter, RunState::sequence, RunState::ended, -1, false);
  }

  /** Of the ranking, which ends the stream. */
  static Watcher ofRanking(MultiEmitter<? super RunState> emitter) {
    return new Watcher(
        emitter,
        state -> state.ranking().isPresent() ? 0 : -1,
        state -> state.ranking().isPresent(),
        -1,
        true);
  }

  /**
   * @param after as of {@link #ofSnapshots}
   */
  void listen(long after) {
    reached = after;
    listening = true;
  }

  synchronized void tell(RunState state) {
    if (!listening || state.version() <= version) {
      return;
    }
    version = state.version();
    long at = position.applyAsLong(state);
    if (at > reached) {
      reached = at;
      emitter.emit(state);
    }
    if (last.test(state)) {
      emitter.complete();
    }
  }

  /** Whether it listens and has heard nothing yet. */
  synchronized boolean waits() {
    return listening && version == 0;
  }

  void fail(Throwable reason) {
    emitter.fail(reason);
  }
}
