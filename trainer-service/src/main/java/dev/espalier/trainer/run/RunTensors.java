package dev.espalier.trainer.run;

import dev.espalier.trainer.summary.TensorShape;
import java.util.List;
import java.util.Set;

/**
 * What a run trains, and how it tells of it.
 *
 * @param runId the run
 * @param shapes the trained tensors
 * @param untrained names of the model's other initialisers
 * @param unitsEvery batches from one summary unit by unit to the next, 0 for none
 */
public record RunTensors(
    String runId, List<TensorShape> shapes, Set<String> untrained, int unitsEvery) {}
