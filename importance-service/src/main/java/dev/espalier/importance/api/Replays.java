package dev.espalier.importance.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.importance.history.KeyHistory;
import dev.espalier.kafka.Topics;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** Streams of all snapshots that the history still holds, and of those to come; bounded. */
final class Replays {
  private final RunView view;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Executor executor;
  private final int most;
  private final Semaphore free;

  /**
   * @param consumers makes one a stream
   * @param executor runs what blocks
   * @param most streams at a time that are still in the past, at least 1
   */
  Replays(RunView view, Supplier<Consumer<byte[], byte[]>> consumers, Executor executor, int most) {
    this.view = view;
    this.consumers = consumers;
    this.executor = executor;
    this.most = Bounds.atLeastOne("mostReplays", most);
    this.free = new Semaphore(most);
  }

  /**
   * The snapshots of a run: none of the past is lost, however slow the reader; of those to come a
   * slow reader gets the newest next. Where a run of this id was deleted before, its snapshots come
   * first.
   *
   * @param after sequence number of the last snapshot not wanted any more; -1 for all
   * @return fails with {@link TooManyReplaysException} or {@link TooManyWatchersException} where a
   *     limit is reached
   */
  Multi<RunState> of(String run, long after) {
    Multi<RunState> states =
        Multi.createFrom()
            .emitter(emitter -> start(run, after, emitter), BackPressureStrategy.LATEST);
    return states.onItem().transformToUniAndConcatenate(state -> Uni.createFrom().item(state));
  }

  private void start(String run, long after, MultiEmitter<? super RunState> emitter) {
    if (!free.tryAcquire()) {
      emitter.fail(new TooManyReplaysException(most));
      return;
    }
    Watcher watcher = Watcher.ofLaterSnapshots(emitter);
    try {
      view.register(run, watcher);
    } catch (TooManyWatchersException e) {
      free.release();
      emitter.fail(e);
      return;
    }
    KeyHistory history = new KeyHistory(consumers, Topics.IMPORTANCE, run.getBytes(UTF_8));
    Replay replay =
        new Replay(view, run, history, emitter, watcher, after, executor, free::release);
    emitter.onTermination(
        () -> {
          view.remove(run, watcher);
          replay.signal();
        });
    emitter.onRequest(items -> replay.more());
    replay.more();
  }

  /** Streams that may still begin now. */
  int free() {
    return free.availablePermits();
  }
}
