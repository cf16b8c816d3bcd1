package dev.espalier.experiment;

/**
 * What a training run was, enough to repeat it; one that starts from a model that its cell made by
 * a cut is repeated by its cell, with settings, seed and code.
 *
 * @param id the run's
 * @param run the message espalier.training.v1.Run as JSON: request, seed, digests of data and
 *     models, versions, machine
 * @param modelDigest SHA-256 of the model that it ended with
 * @param logDigest digest of its log, as the ranking has it; empty where it has none
 */
public record RunProvenance(String id, String run, String modelDigest, String logDigest) {}
