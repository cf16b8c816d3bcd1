package dev.espalier.trainer.run;

import dev.espalier.training.v1.TrainingEvent;
import java.util.Optional;

/** Takes a run's events to the bus, in order, without ever making the run wait. */
public interface EventSink {
  /**
   * @param droppable whether the event may be refused where too many wait already
   * @return false where it was refused
   */
  boolean offer(TrainingEvent event, boolean droppable);

  /** What is wrong with the bus at present, in words. */
  Optional<String> trouble();
}
