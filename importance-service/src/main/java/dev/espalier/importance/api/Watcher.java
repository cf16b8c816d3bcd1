package dev.espalier.importance.api;

import io.smallrye.mutiny.subscription.MultiEmitter;
import java.util.function.Predicate;

/** One stream of a run's states; hands on none that is older than the one before. */
final class Watcher {
  private final MultiEmitter<? super RunState> emitter;
  private final Predicate<RunState> last;
  private long version;

  /**
   * @param last the first state for which it holds ends the stream
   */
  Watcher(MultiEmitter<? super RunState> emitter, Predicate<RunState> last) {
    this.emitter = emitter;
    this.last = last;
  }

  synchronized void tell(RunState state) {
    if (state.version() <= version) {
      return;
    }
    version = state.version();
    emitter.emit(state);
    if (last.test(state)) {
      emitter.complete();
    }
  }
}
