package dev.espalier.pruner.verify;

import java.util.Map;

/**
 * What a pruned model and its twin are run on.
 *
 * @param inputs how many random inputs, at least 1
 * @param inputShapes whole shapes of the graph inputs that a caller gave one for
 * @param seed of the inputs
 */
public record Trials(int inputs, Map<String, long[]> inputShapes, long seed) {
  /** Random inputs for a model that is quick to run. */
  public static final int MOST_INPUTS = 16;

  /** Length of every axis that the model leaves open, the batch above all. */
  public static final int BATCH = 3;

  /** Multiply-accumulate operations to spend on a model, unless a single input takes more. */
  private static final double MACS = 2e9;

  public Trials {
    if (inputs < 1) {
      throw new IllegalArgumentException("inputs = " + inputs + ": at least 1");
    }
    inputShapes = Map.copyOf(inputShapes);
  }

  /**
   * As many inputs as a bounded amount of work allows: 16 up to 40 million MACs a sample, fewer for
   * a larger model, and at least one. An input is a batch of {@value #BATCH} samples.
   *
   * @param macs of one forward pass at batch size 1, at least 0
   */
  public static Trials of(long macs, Map<String, long[]> inputShapes, long seed) {
    double affordable = MACS / (BATCH * Math.max(1.0, macs));
    return new Trials((int) Math.clamp(affordable, 1, MOST_INPUTS), inputShapes, seed);
  }
}
