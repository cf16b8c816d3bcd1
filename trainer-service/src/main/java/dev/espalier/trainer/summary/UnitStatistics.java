package dev.espalier.trainer.summary;

/**
 * What the gradients of one batch say of each unit, an array a group with an entry a unit, in the
 * group's order; empty for a group that is not looked at unit by unit. A number beyond float's
 * range is float's largest.
 *
 * @param meanAbsoluteGradient mean |g| over the unit's parameters
 * @param meanSquaredGradient mean g^2 over the unit's parameters
 * @param taylor |sum of theta g| over the unit's parameters, theta before the step: how much the
 *     loss would change without the unit, to first order (Molchanov et al. 2019)
 */
public record UnitStatistics(
    float[][] meanAbsoluteGradient, float[][] meanSquaredGradient, float[][] taylor) {}
