package dev.espalier.trainer.run;

import java.time.Instant;

/** Where a run stands; each phase knows the phases that may follow it. */
public sealed interface RunPhase {
  /** Whether nothing follows. */
  default boolean ended() {
    return this instanceof Ended;
  }

  /** A phase that a run may be stopped in, or fail in. */
  sealed interface Open extends RunPhase {
    default Stopped stopped(Instant at) {
      return new Stopped(at);
    }

    default Failed failed(Instant at, String reason) {
      return new Failed(at, reason);
    }

    default Interrupted interrupted(Instant at) {
      return new Interrupted(at);
    }
  }

  /** A phase that nothing follows, unless the run is resumed. */
  sealed interface Ended extends RunPhase {
    Instant at();
  }

  /** Waiting for its turn, or data and model are being prepared. */
  record Preparing() implements Open {
    Training training() {
      return new Training();
    }
  }

  record Training() implements Open {
    Completed completed(Instant at) {
      return new Completed(at);
    }
  }

  record Completed(Instant at) implements Ended {}

  record Stopped(Instant at) implements Ended {}

  /**
   * @param reason what went wrong, in words
   */
  record Failed(Instant at, String reason) implements Ended {}

  /** The service ended while the run was open; it can be resumed. */
  record Interrupted(Instant at) implements Ended {}
}
