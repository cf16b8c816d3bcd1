package dev.espalier.trainer.run;

import dev.espalier.onnx.ModelStore;
import java.time.Clock;
import java.time.Duration;

/**
 * What a run needs from outside.
 *
 * @param store where models are
 * @param groups who knows the groups of a model
 * @param cuts who cuts models
 * @param coefficients who makes coefficients
 * @param events where events go
 * @param traces where its spans go
 * @param clock the time
 * @param version of Espalier
 * @param groupsWait how long the start of training waits for the groups
 * @param coefficientsWait how long the start of an epoch waits for its coefficients
 * @param cutWait how long a milestone waits for its cut
 */
public record RunEnvironment(
    ModelStore store,
    GroupSource groups,
    CutSource cuts,
    CoefficientSource coefficients,
    EventSink events,
    RunTraces traces,
    Clock clock,
    String version,
    Duration groupsWait,
    Duration coefficientsWait,
    Duration cutWait) {}
