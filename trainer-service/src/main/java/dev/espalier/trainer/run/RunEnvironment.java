package dev.espalier.trainer.run;

import dev.espalier.onnx.ModelStore;
import java.time.Clock;
import java.time.Duration;

/**
 * What a run needs from outside.
 *
 * @param store where models are
 * @param groups who knows the groups of a model
 * @param coefficients who makes coefficients
 * @param events where events go
 * @param traces where its spans go
 * @param clock the time
 * @param version of Espalier
 * @param groupsWait how long the start of training waits for the groups
 * @param coefficientsWait how long the start of an epoch waits for its coefficients
 */
public record RunEnvironment(
    ModelStore store,
    GroupSource groups,
    CoefficientSource coefficients,
    EventSink events,
    RunTraces traces,
    Clock clock,
    String version,
    Duration groupsWait,
    Duration coefficientsWait) {}
