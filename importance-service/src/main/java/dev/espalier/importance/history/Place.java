package dev.espalier.importance.history;

/**
 * Where a record stands in its topic.
 *
 * @param partition at least 0
 * @param offset at least 0
 */
public record Place(int partition, long offset) {}
