package dev.espalier.trainer.run;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The place where a run's newest snapshot is, and where it is asked to stop. */
public final class RunHandle {
  private final List<Consumer<RunSnapshot>> watchers = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> stop = new CompletableFuture<>();
  private RunSnapshot snapshot;
  private volatile boolean interrupted;

  RunHandle(RunSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  public synchronized RunSnapshot snapshot() {
    return snapshot;
  }

  /** Changes the snapshot, unless the run has ended, and tells the watchers. */
  synchronized void update(UnaryOperator<RunSnapshot> change) {
    if (!snapshot.phase().ended()) {
      snapshot = change.apply(snapshot);
      watchers.forEach(watcher -> watcher.accept(snapshot));
    }
  }

  /**
   * Tells a watcher of the snapshot now and of every change, in order and one at a time.
   *
   * @param watcher must not block
   * @return ends the watch
   */
  public synchronized Runnable watch(Consumer<RunSnapshot> watcher) {
    watcher.accept(snapshot);
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  /** Asks the run to end after the current batch. */
  public void requestStop() {
    stop.complete(null);
  }

  /** Asks the run to end after the current batch so that it can be resumed as if it had gone on. */
  void interrupt() {
    interrupted = true;
    stop.complete(null);
  }

  /** Whether it was to be interrupted rather than stopped. */
  boolean isInterrupted() {
    return interrupted;
  }

  /** Done once the run is asked to end. */
  CompletableFuture<Void> stopRequest() {
    return stop;
  }
}
