package dev.espalier.importance.api;

import dev.espalier.importance.history.KeyHistory;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.kafka.TraceHeader;
import io.smallrye.mutiny.subscription.MultiEmitter;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Hands on a run's past snapshots as fast as they are asked for, then lets the view go on. The
 * reader must ask for one item at a time.
 */
final class Replay {
  private static final Logger LOG = Logger.getLogger(Replay.class);

  /**
   * Looks at the history's end without the snapshot that the view has, until it is taken as lost.
   */
  private static final int MOST_IDLE_LOOKS = 20;

  private final RunView view;
  private final String run;
  private final KeyHistory history;
  private final MultiEmitter<? super RunState> emitter;
  private final Watcher watcher;
  private final Executor executor;
  private final Runnable ended;
  private final long after;
  private final Queue<RunState> read = new ArrayDeque<>();
  private final AtomicBoolean asked = new AtomicBoolean();
  private final AtomicInteger signals = new AtomicInteger();
  private RunState newest = RunState.NONE;
  private long reached;
  private int idleLooks;
  private boolean done;

  /**
   * @param watcher of the same stream, registered and deaf
   * @param after sequence number of the last snapshot not wanted any more; -1 for all
   * @param executor runs what blocks
   * @param ended is run once, after the last read
   */
  Replay(
      RunView view,
      String run,
      KeyHistory history,
      MultiEmitter<? super RunState> emitter,
      Watcher watcher,
      long after,
      Executor executor,
      Runnable ended) {
    this.view = view;
    this.run = run;
    this.history = history;
    this.emitter = emitter;
    this.watcher = watcher;
    this.after = after;
    this.reached = after;
    this.executor = executor;
    this.ended = ended;
  }

  /** The reader may have asked for one more. */
  void more() {
    asked.set(true);
    signal();
  }

  /** The stream has ended, by its reader or by a failure. */
  void signal() {
    if (signals.getAndIncrement() == 0) {
      executor.execute(this::goOn);
    }
  }

  private void goOn() {
    int seen = signals.get();
    while (seen != 0) {
      if (!done) {
        try {
          step();
        } catch (RuntimeException e) {
          emitter.fail(e);
        }
      }
      seen = signals.addAndGet(-seen);
    }
  }

  private void step() {
    while (!done && !emitter.isCancelled() && (read.isEmpty() || wanted())) {
      if (!read.isEmpty()) {
        asked.set(false);
        newest = read.remove();
        reached = newest.sequence();
        emitter.emit(newest);
      } else if (!readOn() && history.isAtEnd()) {
        join();
      }
    }
    if (emitter.isCancelled()) {
      end();
    }
  }

  private boolean wanted() {
    return asked.get() && emitter.requested() > 0;
  }

  private boolean readOn() {
    for (ConsumerRecord<byte[], byte[]> record : history.next()) {
      if (record.value() == null) {
        continue;
      }
      try {
        ImportanceSnapshot snapshot = RunRecords.snapshot(record);
        if (snapshot.getSequence() > after) {
          read.add(RunState.NONE.with(snapshot, TraceHeader.text(record.headers())));
        }
      } catch (ForeignRecordException e) {
        LOG.debugf(
            "Foreign record left out: topic=%s partition=%d offset=%d reason=%s",
            record.topic(), record.partition(), record.offset(), e.getMessage());
      }
      idleLooks = 0;
    }
    return !read.isEmpty();
  }

  private void join() {
    boolean lost = view.isLoaded() && ++idleLooks > MOST_IDLE_LOOKS;
    if (view.join(run, watcher, reached, lost)) {
      end();
      if (newest.ended() && view.look(run) instanceof Lookup.Unknown) {
        emitter.complete();
      }
    }
  }

  private void end() {
    if (!done) {
      done = true;
      history.close();
      ended.run();
    }
  }
}
