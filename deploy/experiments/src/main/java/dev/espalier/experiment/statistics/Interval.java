package dev.espalier.experiment.statistics;

/**
 * A mean and where it lies with 95 % confidence, by Student's t over independent values.
 *
 * @param mean of the values
 * @param low lower end; the mean itself for a single value
 * @param high upper end; the mean itself for a single value
 * @param count of values, at least 1
 */
public record Interval(double mean, double low, double high, int count) {}
