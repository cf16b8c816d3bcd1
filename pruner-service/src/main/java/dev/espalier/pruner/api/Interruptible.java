package dev.espalier.pruner.api;

/**
 * Work of a worker that another thread may cancel: before it starts or while it runs, and never
 * what the worker does afterwards.
 */
final class Interruptible {
  private final Runnable work;
  private Thread worker;
  private boolean cancelled;

  Interruptible(Runnable work) {
    this.work = work;
  }

  /** Does the work, unless it was cancelled before. */
  void run() {
    synchronized (this) {
      if (cancelled) {
        return;
      }
      worker = Thread.currentThread();
    }
    try {
      work.run();
    } finally {
      synchronized (this) {
        worker = null;
        if (cancelled) {
          Thread.interrupted();
        }
      }
    }
  }

  /** Interrupts the work; called by the worker itself, it does nothing. */
  synchronized void cancel() {
    if (worker != Thread.currentThread()) {
      cancelled = true;
      if (worker != null) {
        worker.interrupt();
      }
    }
  }
}
