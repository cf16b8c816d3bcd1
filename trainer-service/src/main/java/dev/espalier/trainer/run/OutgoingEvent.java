package dev.espalier.trainer.run;

import dev.espalier.trace.TraceParent;
import dev.espalier.training.v1.TrainingEvent;
import java.util.Optional;

/**
 * An event and what goes beside it: nothing of a trace is ever in the event itself.
 *
 * @param span of the epoch that the event belongs to; empty where nothing is traced
 */
public record OutgoingEvent(TrainingEvent event, Optional<TraceParent> span) {}
