package dev.espalier.trainer.data;

/**
 * What the header of a file with images says.
 *
 * @param count images, at least 1
 * @param rows height of each, at least 1
 * @param columns width of each, at least 1
 */
public record IdxHeader(int count, int rows, int columns) {
  /** Bytes of pixels that follow the header. */
  long bytes() {
    return (long) count * rows * columns;
  }
}
