package dev.espalier.experiment.compare;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

/**
 * A quantity as each seed gave it; two of them pair up seed by seed.
 *
 * @param name of the setting that it was measured in
 * @param values by seed, finite, at least one
 */
public record BySeed(String name, SortedMap<Long, Double> values) {
  public BySeed {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    if (values.isEmpty()) {
      throw new IllegalArgumentException(name + " has no seed: run at least one");
    }
    String owner = name;
    values.forEach(
        (seed, value) -> {
          if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                owner + ", seed " + seed + " = " + value + ": must be finite");
          }
        });
  }

  /**
   * The mean of several quantities, seed by seed.
   *
   * @param several at least one, all of the same seeds
   */
  public static BySeed mean(String name, List<BySeed> several) {
    SortedMap<Long, Double> sums = new TreeMap<>();
    for (BySeed one : several) {
      several.getFirst().checkSeeds(one);
      one.values.forEach((seed, value) -> sums.merge(seed, value, Double::sum));
    }
    sums.replaceAll((seed, sum) -> sum / several.size());
    return new BySeed(name, sums);
  }

  /** A function of each value. */
  public BySeed map(DoubleUnaryOperator function) {
    SortedMap<Long, Double> mapped = new TreeMap<>(values);
    mapped.replaceAll((seed, value) -> function.applyAsDouble(value));
    return new BySeed(name, mapped);
  }

  /** The values in the order of their seeds. */
  public double[] array() {
    return values.values().stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * @throws IllegalArgumentException where the other was not measured with the same seeds
   */
  void checkSeeds(BySeed other) {
    if (!values.keySet().equals(other.values.keySet())) {
      throw new IllegalArgumentException(
          "%s has seeds %s, %s has %s: they pair up only with the same; run those that are missing"
              .formatted(name, values.keySet(), other.name, other.values.keySet()));
    }
  }

  /** Gathers values one by one. */
  public static final class Builder {
    private final String name;
    private final SortedMap<Long, Double> values = new TreeMap<>();

    public Builder(String name) {
      this.name = name;
    }

    /**
     * @throws IllegalArgumentException where the seed was there before
     */
    public void add(long seed, double value) {
      if (values.put(seed, value) != null) {
        throw new IllegalArgumentException(name + " has two values of seed " + seed);
      }
    }

    public BySeed build() {
      return new BySeed(name, values);
    }
  }
}
