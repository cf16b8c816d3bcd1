package dev.espalier.pruner.plan;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** How much to remove: as little as meets it. */
public sealed interface Target {
  /**
   * @param share share of the model's parameters to remove, above 0 and below 1
   */
  record Parameters(double share) implements Target {
    public Parameters {
      checkShare("parameters_share", share);
    }
  }

  /**
   * @param share share of the multiply-accumulate operations to remove, above 0 and below 1
   */
  record Macs(double share) implements Target {
    public Macs {
      checkShare("macs_share", share);
    }
  }

  /**
   * @param most size that the file may have, in bytes, above 0
   */
  record Bytes(long most) implements Target {
    public Bytes {
      if (most < 1) {
        throw new IllegalArgumentException("bytes = " + most + ": not above 0");
      }
    }
  }

  /**
   * @param most median time that a forward pass at batch size 1 may take here, in milliseconds,
   *     finite and above 0; met within 5 %
   */
  record Latency(double most) implements Target {
    public Latency {
      if (!(most > 0 && most < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("latency_ms = " + most + ": not finite and above 0");
      }
    }
  }

  /**
   * @param shares by component the share of its parameters to remove, each above 0 and below 1; at
   *     least one. What belongs to another component stays whole
   */
  record Components(Map<String, Double> shares) implements Target {
    public Components {
      shares = Collections.unmodifiableMap(new TreeMap<>(shares));
      if (shares.isEmpty()) {
        throw new IllegalArgumentException("components = {}: name at least one");
      }
      shares.forEach((component, share) -> checkShare("components." + component, share));
    }
  }

  /**
   * @param most largest relative error of the outputs on calibration data, above 0 and below 1: as
   *     much goes as keeps within it
   */
  record Tolerance(double most) implements Target {
    public Tolerance {
      checkShare("tolerance", most);
    }
  }

  private static void checkShare(String field, double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(field + " = " + share + ": not in (0, 1)");
    }
  }
}
