package dev.espalier.trainer.data;

import dev.espalier.trainer.InvalidInput;

/**
 * How many bytes of pixels fit in the heap: a third of it over all files of a folder, since a split
 * copies them and all else needs room too.
 */
final class PixelRoom {
  private static final int SHARE = 3;
  private static final long MIB = 1 << 20;

  private final long heap;
  private long taken;

  /**
   * @param heap bytes that the heap may have
   */
  PixelRoom(long heap) {
    this.heap = heap;
  }

  /**
   * @param file what to name in errors
   * @param bytes what the file's pixels take
   * @throws InvalidInput where they do not fit beside those before; says which heap would do
   */
  void take(String file, long bytes) {
    taken += bytes;
    if (taken > heap / SHARE) {
      throw new InvalidInput(
          "data",
          file,
          "brings the pixels to "
              + taken
              + " bytes, and they may fill a third of the heap of "
              + heap
              + "; give fewer images, or start the trainer with at least -Xmx"
              + (SHARE * taken + MIB - 1) / MIB
              + "m");
    }
  }
}
