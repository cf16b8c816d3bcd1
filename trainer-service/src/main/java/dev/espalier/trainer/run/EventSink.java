package dev.espalier.trainer.run;

import java.util.Optional;

/** Takes a run's events to the bus, in order, without ever making the run wait. */
public interface EventSink {
  /**
   * @param droppable whether the event may be refused where too many wait already
   * @return false where it was refused
   */
  boolean offer(OutgoingEvent event, boolean droppable);

  /** What is wrong with the bus at present, or was with this run's events, in words. */
  Optional<String> trouble(String runId);

  /** Summaries of a run that were taken here, and that the bus refused for good later. */
  long refusedSummaries(String runId);

  /** Whether every event that was taken is on the bus, or was refused by it for good. */
  boolean idle();
}
