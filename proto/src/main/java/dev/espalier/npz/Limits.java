package dev.espalier.npz;

/**
 * How much is read of a file of arrays.
 *
 * @param bytes most bytes of all arrays together, unpacked, at least 1
 * @param arrays most arrays, at least 1
 */
public record Limits(long bytes, int arrays) {
  /** 1 GiB in up to 1000 arrays. */
  public static final Limits DEFAULT = new Limits(1L << 30, 1000);

  public Limits {
    if (bytes < 1 || arrays < 1) {
      throw new IllegalArgumentException("bytes = " + bytes + ", arrays = " + arrays);
    }
  }
}
