package dev.espalier.local.log;

import java.util.Optional;

/**
 * What was compared.
 *
 * @param snapshots of the history that were compared, at least 0
 * @param gone snapshots older than what the history still holds
 * @param later snapshots newer than what was published when the replay began
 * @param newest newest snapshots compared, 0 or 1
 * @param units records of unit scores compared
 * @param rankings compared, 0 or 1
 * @param difference the first
 */
public record Compared(
    int snapshots,
    int gone,
    int later,
    int newest,
    int units,
    int rankings,
    Optional<Difference> difference) {}
