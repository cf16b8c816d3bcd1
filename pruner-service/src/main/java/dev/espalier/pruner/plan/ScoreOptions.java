package dev.espalier.pruner.plan;

/**
 * How a model is run on calibration data.
 *
 * @param batch most samples at a time, at least 1
 * @param elements about how many elements all values of one pass may have, at least 1
 */
public record ScoreOptions(int batch, long elements) {
  /** 64 samples, 128 MiB as float32. */
  public static final ScoreOptions DEFAULT = new ScoreOptions(64, 1L << 25);

  public ScoreOptions {
    if (batch < 1 || elements < 1) {
      throw new IllegalArgumentException("batch = " + batch + ", elements = " + elements);
    }
  }
}
