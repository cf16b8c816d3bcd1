package dev.espalier.pruner.api;

import java.time.Duration;

/** Bounds of the settings, checked at start-up. */
final class ConfigCheck {
  private ConfigCheck() {}

  /**
   * @throws IllegalArgumentException names the key and its value
   */
  static void check(PrunerConfig config) {
    atLeastOne("max-model-bytes", config.maxModelBytes());
    atLeastOne("workers", config.workers());
    atLeastOne("queue", config.queue());
    atLeastOne("jobs-kept", config.jobsKept());
    atLeastOne("runs-kept", config.runsKept());
    atLeastOne("runs-kept-bytes", config.runsKeptBytes());
    positive("ranking-wait", config.rankingWait());
    positive("units-wait", config.unitsWait());
    positive("publish-wait", config.publishWait());
    positive("max-pass", config.maxPass());
  }

  private static void atLeastOne(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("espalier.pruner." + key + " = " + value + ": below 1");
    }
  }

  private static void positive(String key, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(
          "espalier.pruner." + key + " = " + value + ": not above 0");
    }
  }
}
