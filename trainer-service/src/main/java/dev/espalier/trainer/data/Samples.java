package dev.espalier.trainer.data;

import dev.espalier.trainer.InvalidInput;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * What a network is fed and what its output is compared with, pair by pair.
 *
 * @param x what it is fed
 * @param y what its output is compared with; empty for x itself
 */
public record Samples(Examples x, Optional<Examples> y) {
  public Samples {
    y.ifPresent(
        labels -> {
          if (labels.count() != x.count()) {
            throw new InvalidInput(
                "data", labels.count() + " y for " + x.count() + " x", "give one y for every x");
          }
        });
  }

  /** How many there are. */
  public int count() {
    return x.count();
  }

  void update(MessageDigest digest) {
    x.update(digest);
    y.ifPresent(labels -> labels.update(digest));
  }
}
