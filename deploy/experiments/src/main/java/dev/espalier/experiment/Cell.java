package dev.espalier.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One point of an experiment's grid: it is worked out at once, alone, and its result is kept.
 *
 * @param settings what distinguishes it from the grid's other points, in the order of columns
 * @param seed of everything random in it
 */
public record Cell(Map<String, String> settings, long seed) {
  /**
   * @param settings names of [a-z0-9_], values of letters, digits and "._+-"
   */
  public Cell {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    settings.forEach(
        (name, value) -> {
          check("name", name, "[a-z0-9_]+");
          check(name, value, "[A-Za-z0-9._+-]+");
        });
  }

  private static void check(String what, String text, String pattern) {
    if (!text.matches(pattern)) {
      throw new IllegalArgumentException(what + " = \"" + text + "\": must match " + pattern);
    }
  }

  /** The setting's value. */
  public String get(String setting) {
    String value = settings.get(setting);
    if (value == null) {
      throw new IllegalArgumentException("no setting " + setting + " in " + settings);
    }
    return value;
  }

  /** Names the cell in its experiment, fit for a file: {@code latent=8,seed=1}. */
  public String key() {
    return settings.entrySet().stream()
        .map(setting -> setting.getKey() + "=" + setting.getValue() + ",")
        .collect(Collectors.joining("", "", "seed=" + seed));
  }
}
