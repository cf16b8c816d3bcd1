package dev.espalier.pruner.calibration;

/**
 * How much calibration data is read.
 *
 * @param bytes most bytes of all arrays together, unpacked, at least 1
 * @param arrays most arrays, at least 1
 * @param samples most samples, at least 1
 */
public record Limits(long bytes, int arrays, int samples) {
  /** 1 GiB in up to 1000 arrays of up to a million samples. */
  public static final Limits DEFAULT = new Limits(1L << 30, 1000, 1_000_000);

  public Limits {
    if (bytes < 1 || arrays < 1 || samples < 1) {
      throw new IllegalArgumentException(
          "bytes = " + bytes + ", arrays = " + arrays + ", samples = " + samples);
    }
  }
}
