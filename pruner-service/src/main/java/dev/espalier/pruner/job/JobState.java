package dev.espalier.pruner.job;

import dev.espalier.pruning.v1.ModelPruned;
import java.time.Instant;

/** Where a pruning stands. Each state's methods are the steps that may follow it. */
public sealed interface JobState {
  /** At work; may fail at any time. */
  sealed interface Working extends JobState {
    default Failed fail(String reason, Instant at) {
      return new Failed(reason, at);
    }
  }

  /** At an end. */
  sealed interface Ended extends JobState {
    Instant at();
  }

  /** Reads the model and finds its groups; also while it waits for a free worker. */
  record Analyzing() implements Working {
    public Planning plan() {
      return new Planning();
    }
  }

  record Planning() implements Working {
    public Cutting cut() {
      return new Cutting();
    }
  }

  record Cutting() implements Working {
    public Verifying verify() {
      return new Verifying();
    }
  }

  /** Compares with the masked twin, measures and writes. */
  record Verifying() implements Working {
    public Completed complete(ModelPruned result, Instant at) {
      return new Completed(result, at);
    }
  }

  record Completed(ModelPruned result, Instant at) implements Ended {}

  /**
   * @param reason in words, not empty
   */
  record Failed(String reason, Instant at) implements Ended {
    public Failed {
      if (reason.isBlank()) {
        throw new IllegalArgumentException("reason = \"\"");
      }
    }
  }
}
