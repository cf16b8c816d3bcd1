package dev.espalier.experiment;

/**
 * What a training run was, enough to repeat it.
 *
 * @param id the run's
 * @param run the message espalier.training.v1.Run as JSON: request, seed, digests of data and
 *     models, versions, machine
 * @param modelDigest SHA-256 of the model that it ended with
 * @param logDigest digest of its log, as the ranking has it; empty where it has none
 */
public record RunProvenance(String id, String run, String modelDigest, String logDigest) {}
