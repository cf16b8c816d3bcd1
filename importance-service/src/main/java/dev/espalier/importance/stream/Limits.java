package dev.espalier.importance.stream;

import java.time.Duration;

/**
 * What the fold may keep.
 *
 * @param mostBytes that the stored runs of one task may take, at least 1
 * @param keepEnded how long a run that has ended is known after its last event; above 0
 */
record Limits(long mostBytes, Duration keepEnded) {
  /** The setting behind {@link #mostBytes}. */
  static final String MOST_BYTES = "espalier.importance.fold.max-bytes";

  /** The setting behind {@link #keepEnded}. */
  static final String KEEP_ENDED = "espalier.importance.fold.keep-ended";

  Limits {
    if (mostBytes < 1) {
      throw new IllegalArgumentException(MOST_BYTES + " = " + mostBytes + ": must be at least 1");
    }
    if (!keepEnded.isPositive()) {
      throw new IllegalArgumentException(KEEP_ENDED + " = " + keepEnded + ": must be above 0");
    }
  }
}
