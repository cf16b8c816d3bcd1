package dev.espalier.local.log;

import dev.espalier.kafka.Topics;

/** A run whose log cannot be read or replayed; the message says why and what to do. */
public final class ReplayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private ReplayException(String run, String reason) {
    super("run \"" + run + "\": " + reason);
  }

  /** A run without a record. */
  public static ReplayException unknown(String run) {
    return new ReplayException(
        run,
        "has no record on "
            + Topics.TRAINING
            + "; check the id that ./espalier train printed, and --home where the suite keeps its"
            + " state elsewhere (records are kept for a time only)");
  }

  static ReplayException deleted(String run) {
    return new ReplayException(
        run, "was deleted, nothing is published of it; ./espalier log still shows its events");
  }

  static ReplayException beginsLate(String run) {
    return new ReplayException(
        run,
        "its log does not begin with a run_started that can be folded; ./espalier log shows what"
            + " is there, keep "
            + Topics.TRAINING
            + " longer (retention.ms) where its beginning is gone");
  }

  static ReplayException unpublished(String run) {
    return new ReplayException(
        run,
        "nothing is published of it yet; start the importance service with ./espalier up and try"
            + " again");
  }
}
