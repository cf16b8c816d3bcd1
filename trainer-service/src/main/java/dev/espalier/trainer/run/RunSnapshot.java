package dev.espalier.trainer.run;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run as it stands.
 *
 * @param settings what was asked
 * @param started when it was asked
 * @param phase where it stands
 * @param progress how far it has come
 * @param warnings what a person should know, in words, by a key for each concern
 */
public record RunSnapshot(
    RunSettings settings,
    Instant started,
    RunPhase phase,
    Progress progress,
    Map<String, String> warnings) {
  /** Most warnings that are kept. */
  public static final int MOST_WARNINGS = 20;

  static RunSnapshot begin(RunSettings settings, Instant now) {
    return new RunSnapshot(settings, now, new RunPhase.Preparing(), Progress.none(), Map.of());
  }

  RunSnapshot with(RunPhase next) {
    return new RunSnapshot(settings, started, next, progress, warnings);
  }

  RunSnapshot with(Progress next) {
    return new RunSnapshot(settings, started, phase, next, warnings);
  }

  /** With the words for a concern in the place of earlier ones. */
  RunSnapshot warn(String concern, String words) {
    Map<String, String> more = new LinkedHashMap<>(warnings);
    if (!more.containsKey(concern) && more.size() >= MOST_WARNINGS) {
      return this;
    }
    more.put(concern, words);
    return new RunSnapshot(
        settings, started, phase, progress, java.util.Collections.unmodifiableMap(more));
  }
}
