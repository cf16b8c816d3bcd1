package dev.espalier.trainer.stream;

import dev.espalier.trainer.run.OutgoingEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Events on their way to the bus, in order, within a bound. Offering never waits. An event takes up
 * room from when it is offered until the bus has it.
 */
public final class EventBuffer {
  private final long capacity;
  private final Deque<OutgoingEvent> waiting = new ArrayDeque<>();
  private long bytes;
  private int inFlight;

  /**
   * @param capacity bytes of events that may be under way before summaries are refused, above 0
   */
  public EventBuffer(long capacity) {
    if (capacity <= 0) {
      throw new IllegalArgumentException("capacity = " + capacity + ": must be above 0");
    }
    this.capacity = capacity;
  }

  /**
   * @param droppable whether the event may be refused
   * @return false where it was refused because there is no room
   */
  public synchronized boolean offer(OutgoingEvent event, boolean droppable) {
    int size = event.event().getSerializedSize();
    if (droppable && bytes + size > capacity) {
      return false;
    }
    bytes += size;
    waiting.add(event);
    notifyAll();
    return true;
  }

  /**
   * Takes the next event out; {@link #done} must follow.
   *
   * @param longest how long to wait for one
   */
  public synchronized Optional<OutgoingEvent> take(Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    while (waiting.isEmpty()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    inFlight++;
    return Optional.of(waiting.poll());
  }

  /** Frees the room of an event that was taken. */
  public synchronized void done(OutgoingEvent event) {
    bytes -= event.event().getSerializedSize();
    inFlight--;
    notifyAll();
  }

  /** Events that the bus does not have yet. */
  public synchronized int size() {
    return waiting.size() + inFlight;
  }

  /**
   * Waits until the bus has everything.
   *
   * @param longest how long to wait
   * @return whether it has
   */
  public synchronized boolean awaitEmpty(Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    while (size() > 0) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }
}
