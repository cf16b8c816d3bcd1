package dev.espalier.local.suite;

import java.util.Locale;

/** The processes of the suite, in the order in which they are shown. */
public enum Member {
  BROKER,
  IMPORTANCE,
  PRUNER,
  TRAINER;

  /** Its name in tables, files and JSON, such as {@code broker}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException where there is none of that name
   */
  public static Member of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
